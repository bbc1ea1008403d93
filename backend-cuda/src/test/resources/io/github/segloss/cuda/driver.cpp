// A driver for the presets to load in place of libcuda.so.1: the functions that the backend calls, on memory of the process and at once. A module is the path
// of a library and the prefix of its kernels, as the emulation compiles them, or anything else, whose kernels then do nothing.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#ifndef DEVICES
#define DEVICES 2
#endif

typedef unsigned long long u64;
typedef int (*Kernel)(unsigned blocks, unsigned threads, unsigned seed, void** arguments);
struct Module { void* library; std::string prefix; };
struct Function { Kernel kernel; };
struct NodeParameters {
    Function* function;
    unsigned blocks, blocksY, blocksZ, threads, threadsY, threadsZ, shared;
    void** arguments;
    void** extra;
    void *kernel, *context;
};
static const int MOST_ARGUMENTS = 128;
struct Node {
    Function* function;
    unsigned blocks, threads;
    u64 values[MOST_ARGUMENTS];
};
struct Graph { std::vector<Node*> nodes; };
struct Started { std::vector<Node> nodes; std::map<Node*, size_t> index; };

static const u64 MEMORY = 1ull << 28;
static std::map<u64, u64> allocations;
static u64 used;
static long pinned, streams, events, modules, graphs, contexts, launches;
static thread_local int current = -1;

static int start(Function* function, unsigned blocks, unsigned threads, void** arguments) {
    if (current < 0) return 201;
    ++launches;
    return function->kernel && function->kernel(blocks, threads, 3, arguments) ? 700 : 0;
}
static void keep(Node& node, const NodeParameters* p) {
    node.function = p->function;
    node.blocks = p->blocks;
    node.threads = p->threads;
    for (int k = 0; k < MOST_ARGUMENTS; ++k) node.values[k] = *(u64*)p->arguments[k];
}
static int run(Node& node) {
    void* arguments[MOST_ARGUMENTS];
    for (int k = 0; k < MOST_ARGUMENTS; ++k) arguments[k] = &node.values[k];
    return start(node.function, node.blocks, node.threads, arguments);
}

extern "C" {
// What is open: memory, page-locked memory, streams, marks, modules, graphs, contexts.
long stub_open() { return (long)allocations.size() + pinned + streams + events + modules + graphs + contexts; }
long stub_launches() { return launches; }

// A real NVRTC asks for it.
int cuGetExportTable(const void** table, const void*) { *table = nullptr; return 500; }
int cuDriverGetVersion(int* version) { *version = 13000; return 0; }
int cuInit(unsigned) { return DEVICES ? 0 : 100; }
int cuDeviceGetCount(int* count) { *count = DEVICES; return 0; }
int cuDeviceGet(int* device, int ordinal) { *device = ordinal; return ordinal < DEVICES ? 0 : 101; }
int cuDeviceGetAttribute(int* value, int which, int) { *value = which == 75 ? 9 : which == 76 ? 0 : 132; return 0; }
int cuDeviceTotalMem_v2(size_t* bytes, int) { *bytes = MEMORY; return 0; }
int cuDeviceGetName(char* name, int, int) { strcpy(name, "stub"); return 0; }
int cuGetErrorString(int code, const char** text) { *text = code == 2 ? "out of memory" : "an error"; return 0; }
int cuDevicePrimaryCtxRetain(void** context, int device) { ++contexts; *context = (void*)(u64)(0x1000 + device); return 0; }
int cuDevicePrimaryCtxRelease_v2(int) { --contexts; return 0; }
int cuCtxSetCurrent(void* context) { current = (int)((u64)context - 0x1000); return 0; }

int cuMemGetInfo_v2(size_t* left, size_t* total) { *left = MEMORY - used; *total = MEMORY; return 0; }
int cuMemAlloc_v2(u64* address, size_t bytes) {
    if (bytes == 0) return 1;
    if (used + bytes > MEMORY) return 2;
    *address = (u64)aligned_alloc(256, (bytes + 255) / 256 * 256);
    allocations[*address] = bytes;
    used += bytes;
    return 0;
}
int cuMemFree_v2(u64 address) {
    auto found = allocations.find(address);
    if (found == allocations.end()) return 1;
    used -= found->second;
    allocations.erase(found);
    free((void*)address);
    return 0;
}
int cuMemHostAlloc(void** memory, size_t bytes, unsigned) { ++pinned; *memory = calloc(1, bytes); return 0; }
int cuMemFreeHost(void* memory) { --pinned; free(memory); return 0; }
int cuPointerGetAttribute(void* out, int which, u64 address) {
    auto after = allocations.upper_bound(address);
    if (after == allocations.begin()) return 1;
    --after;
    if (address >= after->first + after->second) return 1;
    *(unsigned*)out = which == 2 ? 2 : (unsigned)current;
    return 0;
}
int cuMemcpyHtoDAsync_v2(u64 to, const void* from, size_t bytes, void*) { memcpy((void*)to, from, bytes); return 0; }
int cuMemcpyDtoHAsync_v2(void* to, u64 from, size_t bytes, void*) { memcpy(to, (void*)from, bytes); return 0; }
int cuMemcpyDtoDAsync_v2(u64 to, u64 from, size_t bytes, void*) { memmove((void*)to, (void*)from, bytes); return 0; }
int cuMemsetD8Async(u64 to, unsigned char value, size_t bytes, void*) { memset((void*)to, value, bytes); return 0; }

int cuStreamCreate(void** stream, unsigned) { ++streams; *stream = malloc(1); return 0; }
int cuStreamDestroy_v2(void* stream) { --streams; free(stream); return 0; }
int cuStreamSynchronize(void*) { return 0; }
int cuStreamWaitEvent(void*, void* event, unsigned) { return event ? 0 : 1; }
int cuEventCreate(void** event, unsigned) { ++events; *event = malloc(1); return 0; }
int cuEventDestroy_v2(void* event) { --events; free(event); return 0; }
int cuEventRecord(void* event, void*) { return event ? 0 : 1; }
int cuEventSynchronize(void* event) { return event ? 0 : 1; }

int cuModuleLoadData(Module** module, const char* image) {
    ++modules;
    *module = new Module{nullptr, ""};
    if (*image != '/') return 0;
    const std::string text = image;
    const size_t end = text.find('\n');
    (*module)->library = dlopen(text.substr(0, end).c_str(), RTLD_NOW);
    (*module)->prefix = text.substr(end + 1);
    return (*module)->library ? 0 : 200;
}
int cuModuleUnload(Module* module) { --modules; delete module; return 0; }
int cuModuleGetFunction(Function** function, Module* module, const char* name) {
    static std::map<std::string, Function> known;
    const std::string symbol = module->prefix + "_" + name;
    Kernel kernel = module->library ? (Kernel)dlsym(module->library, symbol.c_str()) : nullptr;
    if (module->library && !kernel) return 500;
    *function = &(known[symbol] = Function{kernel});
    return 0;
}
int cuLaunchKernel(Function* function, unsigned blocks, unsigned, unsigned, unsigned threads, unsigned, unsigned,
        unsigned, void*, void** arguments, void**) {
    return start(function, blocks, threads, arguments);
}

int cuGraphCreate(Graph** graph, unsigned) { ++graphs; *graph = new Graph; return 0; }
int cuGraphAddKernelNode_v2(Node** node, Graph* graph, Node* const* before, size_t count, const NodeParameters* p) {
    if (count != (graph->nodes.empty() ? 0u : 1u) || (count && *before != graph->nodes.back())) return 1;
    *node = new Node;
    keep(**node, p);
    graph->nodes.push_back(*node);
    return 0;
}
int cuGraphInstantiateWithFlags(Started** started, Graph* graph, u64) {
    ++graphs;
    *started = new Started;
    for (Node* node : graph->nodes) {
        (*started)->index[node] = (*started)->nodes.size();
        (*started)->nodes.push_back(*node);
    }
    return 0;
}
int cuGraphExecKernelNodeSetParams_v2(Started* started, Node* node, const NodeParameters* p) {
    auto found = started->index.find(node);
    if (found == started->index.end()) return 1;
    keep(started->nodes[found->second], p);
    return 0;
}
int cuGraphLaunch(Started* started, void*) {
    for (Node& node : started->nodes) {
        if (int code = run(node)) return code;
    }
    return 0;
}
int cuGraphExecDestroy(Started* started) { --graphs; delete started; return 0; }
int cuGraphDestroy(Graph* graph) {
    --graphs;
    for (Node* node : graph->nodes) delete node;
    delete graph;
    return 0;
}
}
