package io.github.segloss.conformance;

import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.ParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Values for parameters of any loss, from nothing but what its definition says about them. */
final class SampleParameters {
    private SampleParameters() {}

    /** Values for the parameters that must be given. */
    static Map<String, Object> required(LossDefinition definition, int classes) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (ParameterSpec spec : definition.parameters()) {
            if (spec.isRequired()) {
                values.put(spec.name(), sample(spec, classes));
            }
        }
        return values;
    }

    /** Values other than the default, which is the first. */
    static List<Object> alternatives(ParameterSpec spec, int classes) {
        List<Object> values = new ArrayList<>();
        if (spec.defaultValue() != null) {
            values.add(spec.defaultValue());
        }
        switch (spec.kind()) {
            case FLAG -> values.addAll(List.of(true, false));
            case CHOICE -> values.addAll(spec.choices());
            case NUMBER, INTEGER, NUMBERS, INTEGERS, NUMBER_OR_NUMBERS, MATRIX ->
                    values.add(sample(spec, classes));
        }
        return values.stream().distinct().toList();
    }

    private static Object sample(ParameterSpec spec, int classes) {
        return switch (spec.kind()) {
            case NUMBER, NUMBER_OR_NUMBERS -> number(spec, 0);
            case INTEGER ->
                    Math.max(spec.lowest(), 0) + 1; // small: it may be a number of iterations
            case FLAG -> true;
            case CHOICE -> spec.choices().getLast();
            case NUMBERS ->
                    IntStream.range(0, Math.max(2, classes))
                            .mapToObj(c -> (Object) number(spec, c))
                            .toList();
            case INTEGERS -> List.of((double) (classes - 1));
            case MATRIX -> matrix(Math.max(2, classes));
        };
    }

    /** A number inside the range, another one for each class. */
    private static double number(ParameterSpec spec, int index) {
        double low = spec.lowest();
        double high = spec.highest();
        double share = 0.35 + 0.1 * (index % 5);
        if (Double.isInfinite(high)) {
            return (Double.isInfinite(low) ? 0 : low) + 4 * share;
        }
        return Double.isInfinite(low) ? high - 4 * share : low + (high - low) * share;
    }

    private static List<List<Double>> matrix(int classes) {
        return IntStream.range(0, classes)
                .mapToObj(row ->
                        IntStream.range(0, classes)
                                .mapToObj(c -> row == c ? 0.0 : 0.3 + 0.7 / (1 + Math.abs(row - c)))
                                .toList())
                .toList();
    }
}
