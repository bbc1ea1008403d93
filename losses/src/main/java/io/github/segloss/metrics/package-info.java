/**
 * Metrics of finished segmentations: overlap from counts, distances between surfaces, for each sample and class.
 *
 * <pre>{@code
 * Metrics metrics = new Metrics(session, MetricOptions.DEFAULT.withSpacing(0.8, 0.8, 3));
 * MetricReport report = metrics.ofLabels(predictedLabels, labels, 4);
 * OptionalDouble dice = report.of(0, 1).dice();                      // sample 0, class 1
 * OptionalDouble hd95 = report.mean(c -> c.hausdorff(95));           // over all where it is defined
 * }</pre>
 *
 * <p>What is not defined is an empty {@link java.util.OptionalDouble}, never NaN; {@link io.github.segloss.metrics.EmptyClass} says what counts as defined
 * when a class is absent.
 */
@NullMarked
package io.github.segloss.metrics;

import org.jspecify.annotations.NullMarked;
