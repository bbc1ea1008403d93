/** Measures backends against each other, against loops by hand and against the bandwidth of the memory. */
module io.github.segloss.benchmarks {
    requires transitive io.github.segloss;
    requires io.github.segloss.losses;
    requires java.management;
    requires jdk.management;
    requires jmh.core;
    requires static org.jspecify;

    exports io.github.segloss.benchmarks;
    exports io.github.segloss.benchmarks.gpu;
    exports io.github.segloss.benchmarks.hand;
}
