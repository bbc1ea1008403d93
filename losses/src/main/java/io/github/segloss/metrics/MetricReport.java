package io.github.segloss.metrics;

import io.github.segloss.InvalidParameterException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The metrics of every sample and measured class.
 *
 * @param all sample by sample, within a sample class by class
 */
public record MetricReport(List<ClassMetrics> all) {
    /** Copies the list. */
    public MetricReport {
        all = List.copyOf(all);
    }

    /**
     * {@return the metrics of one class in one sample}
     *
     * @param sample the sample
     * @param classIndex the class
     * @throws InvalidParameterException if it was not measured
     */
    public ClassMetrics of(int sample, int classIndex) {
        return all.stream()
                .filter(m -> m.sample() == sample && m.classIndex() == classIndex)
                .findFirst()
                .orElseThrow(() ->
                        new InvalidParameterException(
                                "class "
                                        + classIndex
                                        + " of sample "
                                        + sample
                                        + " was not measured; the classes are "
                                        + all.stream()
                                                .map(ClassMetrics::classIndex)
                                                .distinct()
                                                .toList()));
    }

    /**
     * {@return the counts of one class over all samples}
     *
     * @param classIndex the class
     */
    public Confusion pooled(int classIndex) {
        return all.stream()
                .filter(m -> m.classIndex() == classIndex)
                .map(ClassMetrics::counts)
                .reduce(Confusion.NONE, Confusion::plus);
    }

    /**
     * {@return the mean of a metric over all samples and classes where it is defined; empty if it is defined nowhere}
     *
     * @param metric the metric, such as {@code ClassMetrics::dice}
     */
    public OptionalDouble mean(Function<ClassMetrics, OptionalDouble> metric) {
        return all.stream()
                .map(metric)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .average();
    }

    /**
     * {@return the mean of a metric of one class over all samples where it is defined; empty if it is defined nowhere}
     *
     * @param classIndex the class
     * @param metric the metric, such as {@code ClassMetrics::dice}
     */
    public OptionalDouble mean(int classIndex, Function<ClassMetrics, OptionalDouble> metric) {
        return new MetricReport(all.stream().filter(m -> m.classIndex() == classIndex).toList())
                .mean(metric);
    }
}
