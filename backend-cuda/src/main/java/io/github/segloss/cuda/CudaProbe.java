package io.github.segloss.cuda;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks the driver itself, before any class of the presets is touched: a missing driver costs a failed look-up and no more, and nothing can end the JVM. The
 * questions come in the order of their price, and each "no" has its own sentence.
 */
@SuppressWarnings("restricted")
final class CudaProbe {
    private static final int NO_DEVICE = 100;
    private static final int MULTIPROCESSORS = 16;
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;

    /** One for each signature: they take longer to make than to call. */
    private static final Map<FunctionDescriptor, MethodHandle> CALLS = new ConcurrentHashMap<>();

    private final String driverLibrary;
    private final boolean needsCompiler;

    CudaProbe() {
        this(
                System.getProperty("os.name").startsWith("Windows") ? "nvcuda.dll" : "libcuda.so.1",
                true);
    }

    /**
     * Probes another library.
     *
     * @param driverLibrary the name or path of the driver's library
     * @param needsCompiler whether the run-time compiler has to be there too
     */
    CudaProbe(String driverLibrary, boolean needsCompiler) {
        this.driverLibrary = driverLibrary;
        this.needsCompiler = needsCompiler;
    }

    /** A "no" on the way. */
    private static final class No extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Availability.Unavailable answer;

        No(Reason reason, String detail, @Nullable Throwable cause) {
            super(detail, cause, false, false);
            answer = new Availability.Unavailable(reason, detail, cause);
        }
    }

    Availability probe() {
        try {
            requireSwitchedOn();
            requirePlatform();
            List<Device> devices = devices();
            requireLibraries();
            return new Availability.Available(devices, CudaBackend.CAPABILITIES);
        } catch (No no) {
            return no.answer;
        } catch (Throwable e) { // whatever a driver does, listing backends must go on
            return new Availability.Unavailable(
                    Reason.FAILED, "the probe of the CUDA driver failed: " + e, e);
        }
    }

    private static void requireSwitchedOn() throws No {
        if ("off".equals(System.getProperty("segloss.cuda"))) {
            throw new No(Reason.SWITCHED_OFF, "it was switched off by -Dsegloss.cuda=off", null);
        }
    }

    private static void requirePlatform() throws No {
        if (!List.of("linux-x86_64", "linux-arm64", "windows-x86_64")
                .contains(Toolkit.platform())) {
            throw new No(
                    Reason.PLATFORM_UNSUPPORTED,
                    "CUDA is supported on linux-x86_64, linux-arm64 and windows-x86_64, and this is "
                            + Toolkit.platform(),
                    null);
        }
    }

    private List<Device> devices() throws Throwable {
        SymbolLookup driver = driver();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(256, 8);
            int code = call(driver, "cuDriverGetVersion", out);
            int version = code == 0 ? out.get(ValueLayout.JAVA_INT, 0) : 0;
            String supports =
                    "the driver supports CUDA " + version / 1000 + "." + version % 1000 / 10;
            if (version < Toolkit.MAJOR * 1000) {
                throw new No(
                        Reason.DRIVER_TOO_OLD,
                        supports
                                + ", and "
                                + Toolkit.MAJOR
                                + ".0 is needed: update the NVIDIA driver",
                        null);
            }
            code = call(driver, "cuInit", 0);
            if (code == NO_DEVICE) {
                throw new No(
                        Reason.DEVICE_MISSING,
                        "there is no CUDA device (cuInit gave 100, CUDA_ERROR_NO_DEVICE); "
                                + supports,
                        null);
            }
            if (code != 0) {
                throw new No(
                        Reason.FAILED, "cuInit failed with code " + code + "; " + supports, null);
            }
            code = call(driver, "cuDeviceGetCount", out);
            int count = code == 0 ? out.get(ValueLayout.JAVA_INT, 0) : 0;
            if (count == 0) {
                throw new No(
                        Reason.DEVICE_MISSING,
                        "there is no CUDA device (cuDeviceGetCount gave code "
                                + code
                                + "); "
                                + supports,
                        null);
            }
            List<Device> devices = new ArrayList<>();
            for (int ordinal = 0; ordinal < count; ordinal++) {
                devices.add(CudaBackend.describe(properties(driver, ordinal, out, version)));
            }
            return devices;
        }
    }

    private SymbolLookup driver() throws No {
        try {
            return SymbolLookup.libraryLookup(driverLibrary, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new No(
                    Reason.DRIVER_MISSING,
                    "there is no NVIDIA driver: " + driverLibrary + " was not found",
                    e);
        } catch (IllegalCallerException e) {
            throw new No(
                    Reason.FAILED,
                    "native access is denied: start Java with --enable-native-access=io.github.segloss.cuda (ALL-UNNAMED on the class path)",
                    e);
        }
    }

    private Driver.Properties properties(
            SymbolLookup driver, int ordinal, MemorySegment out, int version) throws Throwable {
        require(call(driver, "cuDeviceGet", out, ordinal), "cuDeviceGet");
        int device = out.get(ValueLayout.JAVA_INT, 0);
        int major = attribute(driver, device, CAPABILITY_MAJOR, out);
        int minor = attribute(driver, device, CAPABILITY_MINOR, out);
        int multiprocessors = attribute(driver, device, MULTIPROCESSORS, out);
        require(call(driver, "cuDeviceTotalMem_v2", out, device), "cuDeviceTotalMem");
        long memory = out.get(ValueLayout.JAVA_LONG, 0);
        require(call(driver, "cuDeviceGetName", out, 256, device), "cuDeviceGetName");
        String name = out.getString(0);
        int needed = Toolkit.MAJOR >= 13 ? 75 : 50;
        if (major * 10 + minor < needed) {
            throw new No(
                    Reason.DEVICE_TOO_OLD,
                    "device "
                            + ordinal
                            + ", "
                            + name
                            + ", has compute capability "
                            + major
                            + "."
                            + minor
                            + ", and "
                            + needed / 10
                            + "."
                            + needed % 10
                            + " is needed",
                    null);
        }
        return new Driver.Properties(ordinal, name, major, minor, multiprocessors, memory, version);
    }

    private static int attribute(SymbolLookup driver, int device, int attribute, MemorySegment out)
            throws Throwable {
        require(
                call(driver, "cuDeviceGetAttribute", out, attribute, device),
                "cuDeviceGetAttribute");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    private static void require(int code, String name) throws No {
        if (code != 0) {
            throw new No(Reason.FAILED, name + " failed with code " + code, null);
        }
    }

    /** Calls a function of the driver: pointers are memory segments, everything else is an int. */
    private static int call(SymbolLookup driver, String name, Object... arguments)
            throws Throwable {
        MemoryLayout[] layouts =
                Arrays.stream(arguments)
                        .map(a ->
                                a instanceof MemorySegment
                                        ? ValueLayout.ADDRESS
                                        : ValueLayout.JAVA_INT)
                        .toArray(MemoryLayout[]::new);
        MemorySegment function =
                driver.find(name)
                        .orElseThrow(() ->
                                new No(
                                        Reason.FAILED,
                                        "the NVIDIA driver has no function " + name,
                                        null));
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addFirst(function);
        return (int)
                CALLS.computeIfAbsent(
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts),
                                Linker.nativeLinker()::downcallHandle)
                        .invokeWithArguments(all);
    }

    private void requireLibraries() throws No {
        if (!needsCompiler) {
            return;
        }
        if (!Toolkit.hasPresets()) {
            throw new No(
                    Reason.LIBRARY_MISSING,
                    "the native part of the Bytedeco presets is not there: add org.bytedeco:cuda with classifier "
                            + Toolkit.platform(),
                    null);
        }
        requireLibrary(Toolkit.runtimePrefix(), Reason.LIBRARY_MISSING, "the CUDA runtime");
        requireLibrary(
                Toolkit.nvrtcPrefix(), Reason.COMPILER_MISSING, "the run-time compiler NVRTC");
    }

    private static void requireLibrary(String prefix, Reason reason, String what) throws No {
        if (!Toolkit.isThere(prefix)) {
            throw new No(
                    reason,
                    what
                            + " ("
                            + prefix
                            + ") was not found: install a CUDA "
                            + Toolkit.MAJOR
                            + " toolkit, name its folder by -Dsegloss.cuda.toolkit, CUDA_PATH or CUDA_HOME, or add org.bytedeco:cuda-redist with classifier "
                            + Toolkit.platform(),
                    null);
        }
    }
}
