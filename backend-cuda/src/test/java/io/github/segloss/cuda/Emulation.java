package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Opens backends on the emulated device. */
final class Emulation {
    /** Why there can be no emulation here; empty if there can. */
    static final String MISSING = EmulatedCompiler.missing();

    static final EmulatedCompiler COMPILER = new EmulatedCompiler();

    /** Half the work, for the conformance kit with its thousands of programs, of whose rows few are aligned. */
    static final EmulatedCompiler UNALIGNED_COMPILER =
            new EmulatedCompiler(Path.of("target", "emulation-unaligned"), List.of(), false);

    private Emulation() {}

    /** Skips the test, with the reason, where kernels cannot be compiled for the processor. */
    static void require() {
        assumeTrue(MISSING.isEmpty(), MISSING);
    }

    static EmulatedDriver driver(int seed, long memoryBytes) {
        require();
        return new EmulatedDriver(COMPILER, seed, memoryBytes);
    }

    static CudaBackend open(int seed) {
        return open(seed, COMPILER);
    }

    static CudaBackend open(int seed, EmulatedCompiler compiler) {
        require();
        return new CudaBackend(new EmulatedDriver(compiler, seed), compiler);
    }

    /** Compiles the sources of all trials together. */
    static void prepare(Collection<Trial> trials) {
        require();
        COMPILER.compileAll(trials.stream().map(Trial::source).toList());
    }
}
