// A run-time compiler for the presets to load in place of NVRTC. What it makes of any source is a module whose kernels do nothing.
#include <stddef.h>
#include <string.h>
extern "C" {
int nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 0; return 0; }
const char* nvrtcGetErrorString(int) { return "an error"; }
int nvrtcCreateProgram(void** program, const char* source, const char*, int, const char* const*, const char* const*) {
    *program = new bool(strstr(source, "extern \"C\"") != nullptr);
    return 0;
}
int nvrtcCompileProgram(void* program, int count, const char* const* options) {
    return *(bool*)program && count == 2 && !strcmp(options[0], "--gpu-architecture=sm_90") ? 0 : 6;
}
int nvrtcDestroyProgram(void** program) { delete (bool*)*program; *program = nullptr; return 0; }
int nvrtcGetCUBINSize(void*, size_t* bytes) { *bytes = 5; return 0; }
int nvrtcGetCUBIN(void*, char* image) { memcpy(image, "none", 5); return 0; }
int nvrtcGetProgramLogSize(void*, size_t* bytes) { *bytes = 1; return 0; }
int nvrtcGetProgramLog(void*, char* log) { *log = 0; return 0; }
}
