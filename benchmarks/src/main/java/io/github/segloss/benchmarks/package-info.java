/**
 * Measures the backends: against each other, against loops written by hand, and against the bandwidth of the memory.
 *
 * <p>A {@link io.github.segloss.benchmarks.Workload} says what is computed: a loss, its options and a shape. {@link io.github.segloss.benchmarks.Inputs} makes
 * a prediction and labels for it. {@link io.github.segloss.benchmarks.Contender} is whoever computes it: a backend with a number of threads, a loop by hand
 * ({@link io.github.segloss.benchmarks.hand}), or a probe of the memory that moves as many bytes. Every call is timed with cold caches
 * ({@link io.github.segloss.benchmarks.CacheSweep}), and every ratio is one of medians of the same run.
 *
 * <p>{@link io.github.segloss.benchmarks.QuickRun} measures all in one JVM under a time limit; {@link io.github.segloss.benchmarks.JmhRun} measures the same
 * with JMH in several JVMs. Both give a {@link io.github.segloss.benchmarks.BenchReport}.
 */
@NullMarked
package io.github.segloss.benchmarks;

import org.jspecify.annotations.NullMarked;
