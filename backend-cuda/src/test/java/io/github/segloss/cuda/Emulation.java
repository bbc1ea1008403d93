package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Collection;

/** Opens backends on the emulated device. */
final class Emulation {
    private static final String MISSING = EmulatedCompiler.missing();
    static final EmulatedCompiler COMPILER = new EmulatedCompiler();

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
        return new CudaBackend(driver(seed, 1L << 32), COMPILER);
    }

    /** Compiles the sources of all trials together. */
    static void prepare(Collection<Trial> trials) {
        require();
        COMPILER.compileAll(trials.stream().map(Trial::source).toList());
    }
}
