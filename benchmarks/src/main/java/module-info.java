/** Measures backends against each other, against loops by hand and against the bandwidth of the memory. */
module io.github.segloss.benchmarks {
    requires transitive io.github.segloss;
    requires io.github.segloss.losses;
    requires java.management;
    requires jdk.management;
    requires jmh.core;
    // Static: without it, and so without the backend that needs it, memory is read by plain loops.
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports io.github.segloss.benchmarks;
    exports io.github.segloss.benchmarks.gpu;
    exports io.github.segloss.benchmarks.hand;
}
