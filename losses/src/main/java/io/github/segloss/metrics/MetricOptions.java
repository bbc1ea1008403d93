package io.github.segloss.metrics;

import io.github.segloss.loss.ClassSelection;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured, and how.
 *
 * @param classes the classes that are measured; a single channel always is
 * @param ignoreIndex the target value of pixels that do not count; null for none
 * @param spacing the distance between neighbours along each spatial axis; empty for 1
 * @param emptyClass what a metric is when a class is absent
 * @param measuresSurfaces whether distances between surfaces are measured, which costs more than counting
 */
public record MetricOptions(
        ClassSelection classes,
        @Nullable Long ignoreIndex,
        List<Double> spacing,
        EmptyClass emptyClass,
        boolean measuresSurfaces) {
    /** All classes but 0, no ignore index, spacing 1, undefined for absent classes, with surfaces. */
    public static final MetricOptions DEFAULT =
            new MetricOptions(
                    ClassSelection.FOREGROUND, null, List.of(), EmptyClass.UNDEFINED, true);

    /** Copies the spacing. */
    public MetricOptions {
        spacing = List.copyOf(spacing);
    }

    /**
     * {@return the same for other classes}
     *
     * @param value the classes that are measured
     */
    public MetricOptions withClasses(ClassSelection value) {
        return new MetricOptions(value, ignoreIndex, spacing, emptyClass, measuresSurfaces);
    }

    /**
     * {@return the same with another ignore index}
     *
     * @param value the target value of pixels that do not count; null for none
     */
    public MetricOptions withIgnoreIndex(@Nullable Long value) {
        return new MetricOptions(classes, value, spacing, emptyClass, measuresSurfaces);
    }

    /**
     * {@return the same with another spacing}
     *
     * @param value the distance between neighbours along each spatial axis; none for 1
     */
    public MetricOptions withSpacing(double... value) {
        return new MetricOptions(
                classes,
                ignoreIndex,
                Arrays.stream(value).boxed().toList(),
                emptyClass,
                measuresSurfaces);
    }

    /**
     * {@return the same with another rule for absent classes}
     *
     * @param value what a metric is when a class is absent
     */
    public MetricOptions withEmptyClass(EmptyClass value) {
        return new MetricOptions(classes, ignoreIndex, spacing, value, measuresSurfaces);
    }

    /** {@return the same without distances between surfaces} */
    public MetricOptions withoutSurfaces() {
        return new MetricOptions(classes, ignoreIndex, spacing, emptyClass, false);
    }
}
