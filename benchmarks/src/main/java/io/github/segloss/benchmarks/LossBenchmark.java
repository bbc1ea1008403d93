package io.github.segloss.benchmarks;

import io.github.segloss.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Value and gradient of one workload by one contender, single calls with cold caches. Before the first of them the contender is called for some seconds
 * without a pause, for the JIT compiler.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(5)
@Warmup(iterations = 5)
@Measurement(iterations = 25)
public class LossBenchmark {
    private static final int ALLOCATION_CALLS = 3;

    /** The name of a {@link Workload}. */
    @Param({"W1", "W2", "W3", "W4", "W5", "W6", "W6C21", "W6C104", "W7", "W8", "W9"})
    public String workload = "";

    /** The name of a backend, or {@code by hand}. */
    @Param({"by hand", "scalar", "vector"})
    public String contender = "";

    /** The number of threads; a loop by hand has one. */
    @Param({"1", "2"})
    public int threads;

    /** What is in the caches when a call starts. */
    @Param("COLD")
    public Caches caches = Caches.COLD;

    /** What the spatial sizes are divided by. */
    @Param("1")
    public int shrink;

    /** The seconds of calls before the first that is timed. */
    @Param("15")
    public double warmUpSeconds;

    private long allocatedBytes;
    private double firstMillis;
    private Contender chosen = new Nobody();
    private CacheSweep sweep = new CacheSweep(Long.BYTES, 1);

    /** Creates the state. */
    public LossBenchmark() {}

    /** Stands in until the parameters are known. */
    private record Nobody() implements Contender {
        @Override
        public String name() {
            return "nobody";
        }

        @Override
        public int threads() {
            return 0;
        }

        @Override
        public double call() {
            throw new IllegalStateException("the benchmark was not set up");
        }
    }

    /** Makes inputs, opens the contender and warms it up. */
    @Setup(Level.Trial)
    public void open() {
        Workload which = Workload.of(workload);
        Inputs inputs = Inputs.of(which.shape(shrink), Inputs.SEED);
        float[] gradient = new float[inputs.logits().length];
        sweep.close();
        sweep = new CacheSweep(caches.sweptBytes(), threads);
        chosen =
                contender.equals(HandContender.NAME)
                        ? new HandContender(which.byHand(inputs, gradient))
                        : new BackendContender(
                                contender,
                                threads,
                                which,
                                inputs,
                                Tensor.wrap(gradient, inputs.shape().toArray()));
        long start = System.nanoTime();
        chosen.prepare();
        chosen.call();
        firstMillis = (System.nanoTime() - start) / 1e6;
        while (System.nanoTime() - start < warmUpSeconds * 1e9) {
            chosen.prepare();
            chosen.call();
        }
        Times times = new Times();
        for (int call = 0; call < ALLOCATION_CALLS; call++) {
            chosen.prepare();
            long before = Allocation.total();
            chosen.call();
            times.add(0, Allocation.total() - before);
        }
        allocatedBytes = (long) times.medianBytes();
    }

    /** Makes the caches cold, if they are to be. */
    @Setup(Level.Invocation)
    public void sweep() {
        sweep.run();
        chosen.prepare();
    }

    /** Reports what a call allocates. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Counters {
        /** The median of the bytes that a call allocated on the heap, on all threads. */
        public long allocatedBytes;

        /** How long the first call in this JVM took, in ms. */
        public double firstMillis;

        /** Creates the state. */
        public Counters() {}
    }

    /**
     * {@return the value of the loss}
     *
     * @param counters what is reported besides the time
     */
    @Benchmark
    public double valueAndGradient(Counters counters) {
        counters.allocatedBytes = allocatedBytes;
        counters.firstMillis = firstMillis;
        return chosen.call();
    }

    /** Frees everything. */
    @TearDown(Level.Trial)
    public void close() {
        chosen.close();
        sweep.close();
    }
}
