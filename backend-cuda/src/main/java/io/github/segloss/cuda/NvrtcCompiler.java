package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import io.github.segloss.KernelCompilationException;
import java.util.List;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The run-time compiler. It compiles to machine code of one architecture, which a driver takes whatever its version, and not to PTX, which an older driver
 * than the compiler refuses.
 */
final class NvrtcCompiler implements KernelCompiler {
    private final List<String> options;
    private final String version;

    NvrtcCompiler(String architecture) {
        this.options = List.of("--gpu-architecture=" + architecture, "--std=c++17");
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        this.version = major[0] + "." + minor[0];
    }

    @Override
    public String identity() {
        return "nvrtc " + version + " " + options;
    }

    private static void check(int code, String call) {
        if (code != 0) {
            throw new DeviceException(
                    call
                            + " failed with code "
                            + code
                            + ", "
                            + nvrtc.nvrtcGetErrorString(code).getString());
        }
    }

    @Override
    public synchronized byte[] compile(String source) {
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source);
                BytePointer name = new BytePointer("segloss.cu");
                PointerPointer<BytePointer> optionPointers =
                        new PointerPointer<>(options.toArray(String[]::new))) {
            PointerPointer<Pointer> none = null;
            check(
                    nvrtc.nvrtcCreateProgram(program, text, name, 0, none, none),
                    "nvrtcCreateProgram");
            int code = nvrtc.nvrtcCompileProgram(program, options.size(), optionPointers);
            if (code != 0) {
                throw new KernelCompilationException(
                        "NVRTC "
                                + version
                                + " with "
                                + options
                                + " refused a kernel (code "
                                + code
                                + "): "
                                + log(program)
                                + "\nThe source:\n"
                                + source);
            }
            try (SizeTPointer size = new SizeTPointer(1)) {
                check(nvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
                byte[] image = new byte[Math.toIntExact(size.get())];
                check(nvrtc.nvrtcGetCUBIN(program, image), "nvrtcGetCUBIN");
                return image;
            }
        } finally {
            if (!program.isNull()) {
                nvrtc.nvrtcDestroyProgram(program);
            }
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
            try (BytePointer text = new BytePointer(size.get())) {
                check(nvrtc.nvrtcGetProgramLog(program, text), "nvrtcGetProgramLog");
                return text.getString();
            }
        }
    }
}
