package io.github.segloss.benchmarks;

import java.util.concurrent.TimeUnit;
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

/** The bandwidth of the memory at the size of a workload's prediction, by the protocol of {@link LossBenchmark}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 5)
@Measurement(iterations = 25)
public class BandwidthBenchmark {
    private static final int WARM_UP_CALLS = 500;

    /** The name of a {@link Workload}. */
    @Param({"W1", "W4", "W7"})
    public String workload = "";

    /** What is done: read, scale or triad. */
    @Param({"READ", "SCALE", "TRIAD"})
    public String kind = "READ";

    /** The number of threads. */
    @Param({"1", "2"})
    public int threads;

    /** What is in the caches when a call starts. */
    @Param("COLD")
    public Caches caches = Caches.COLD;

    /** What the spatial sizes are divided by. */
    @Param("1")
    public int shrink;

    private BandwidthProbe probe =
            new BandwidthProbe(BandwidthProbe.Kind.READ, 1, BandwidthProbe.Arrays.of(1));
    private CacheSweep sweep = new CacheSweep(Long.BYTES, 1);

    /** Creates the state. */
    public BandwidthBenchmark() {}

    /** Makes the arrays and warms up. */
    @Setup(Level.Trial)
    public void open() {
        int elements = Math.toIntExact(Workload.of(workload).shape(shrink).elements());
        sweep.close();
        sweep = new CacheSweep(caches.sweptBytes(), threads);
        probe.close();
        probe =
                new BandwidthProbe(
                        BandwidthProbe.Kind.valueOf(kind),
                        threads,
                        BandwidthProbe.Arrays.of(elements));
        for (int call = 0; call < WARM_UP_CALLS; call++) {
            probe.prepare();
            probe.call();
        }
    }

    /** Makes the caches cold, if they are to be. */
    @Setup(Level.Invocation)
    public void sweep() {
        sweep.run();
        probe.prepare();
    }

    /** {@return something that depends on all that was read} */
    @Benchmark
    public double move() {
        return probe.call();
    }

    /** Frees everything. */
    @TearDown(Level.Trial)
    public void close() {
        probe.close();
        sweep.close();
    }
}
