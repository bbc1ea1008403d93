package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads which native functions the classes of this module call: only those that every supported driver has, since a missing one ends the JVM. */
class DriverCallsTest {
    /** In cuda.h of CUDA 12.9 and of 13.0, with the same meaning and parameters. */
    private static final Set<String> DRIVER =
            Set.of(
                    "cuInit",
                    "cuDriverGetVersion",
                    "cuDeviceGet",
                    "cuDeviceGetName",
                    "cuDeviceGetAttribute",
                    "cuDeviceTotalMem",
                    "cuDevicePrimaryCtxRetain",
                    "cuDevicePrimaryCtxRelease",
                    "cuCtxSetCurrent",
                    "cuModuleLoadData",
                    "cuModuleUnload",
                    "cuModuleGetFunction",
                    "cuMemAlloc",
                    "cuMemFree",
                    "cuMemHostAlloc",
                    "cuMemFreeHost",
                    "cuPointerGetAttribute",
                    "cuMemcpyHtoDAsync",
                    "cuMemcpyDtoHAsync",
                    "cuMemcpyDtoDAsync",
                    "cuMemsetD8Async",
                    "cuMemGetInfo",
                    "cuStreamCreate",
                    "cuStreamDestroy",
                    "cuStreamSynchronize",
                    "cuStreamWaitEvent",
                    "cuEventCreate",
                    "cuEventDestroy",
                    "cuEventRecord",
                    "cuEventSynchronize",
                    "cuGraphCreate",
                    "cuGraphAddKernelNode",
                    "cuGraphInstantiate",
                    "cuGraphExecKernelNodeSetParams",
                    "cuGraphLaunch",
                    "cuGraphExecDestroy",
                    "cuGraphDestroy",
                    "cuLaunchKernel",
                    "cuGetErrorString");

    /** In nvrtc.h of CUDA 12.9 and of 13.0. */
    private static final Set<String> COMPILER =
            Set.of(
                    "nvrtcVersion",
                    "nvrtcGetErrorString",
                    "nvrtcCreateProgram",
                    "nvrtcCompileProgram",
                    "nvrtcDestroyProgram",
                    "nvrtcGetCUBIN",
                    "nvrtcGetCUBINSize",
                    "nvrtcGetProgramLog",
                    "nvrtcGetProgramLogSize");

    private static List<Path> classes() throws Exception {
        URI here =
                Objects.requireNonNull(CudaBackend.class.getResource("CudaBackend.class")).toURI();
        try (Stream<Path> files = Files.list(Path.of(here).getParent())) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private static Set<String> calls(String owner) throws Exception {
        Set<String> found = new TreeSet<>();
        for (Path file : classes()) {
            ClassModel model = ClassFile.of().parse(file);
            model.methods()
                    .forEach(method ->
                            method.code()
                                    .ifPresent(code -> {
                                        for (CodeElement element : code) {
                                            if (element instanceof InvokeInstruction call
                                                    && call.owner()
                                                            .asInternalName()
                                                            .equals(owner)) {
                                                found.add(call.name().stringValue());
                                            }
                                        }
                                    }));
        }
        return found;
    }

    @Test
    void onlyDriverFunctionsThatEverySupportedDriverHas() throws Exception {
        assertEquals(new TreeSet<>(DRIVER), calls("org/bytedeco/cuda/global/cudart"));
    }

    @Test
    void onlyCompilerFunctionsThatEverySupportedToolkitHas() throws Exception {
        assertEquals(new TreeSet<>(COMPILER), calls("org/bytedeco/cuda/global/nvrtc"));
    }

    @Test
    void onlyTwoClassesTouchThePresets() throws Exception {
        Set<String> users = new TreeSet<>();
        for (Path file : classes()) {
            try (InputStream in = Files.newInputStream(file)) {
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                if (text.contains("org/bytedeco/cuda/global/")) {
                    users.add(file.getFileName().toString());
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        assertTrue(
                Set.of("BytedecoDriver.class", "NvrtcCompiler.class").containsAll(users),
                users.toString());
        assertEquals(2, users.size());
    }
}
