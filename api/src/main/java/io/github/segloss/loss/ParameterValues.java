package io.github.segloss.loss;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Checked values of the parameters of one loss, every parameter present. */
public final class ParameterValues {
    private final SequencedMap<String, @Nullable Object> values;

    ParameterValues(SequencedMap<String, @Nullable Object> values) {
        this.values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    /** {@return the values by name, in the order of the definition} */
    public SequencedMap<String, @Nullable Object> asMap() {
        return values;
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("parameter " + name + " is null or not declared");
        }
        return value;
    }

    /**
     * {@return whether a parameter is not null}
     *
     * @param name its name
     */
    public boolean has(String name) {
        return values.get(name) != null;
    }

    /**
     * {@return a number}
     *
     * @param name its name
     */
    public double number(String name) {
        return (Double) value(name);
    }

    /**
     * {@return a whole number}
     *
     * @param name its name
     */
    public int integer(String name) {
        return Math.toIntExact((Long) value(name));
    }

    /**
     * {@return a flag}
     *
     * @param name its name
     */
    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    /**
     * {@return a choice}
     *
     * @param name its name
     * @param type the enum
     * @param <E> the enum
     */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        return Enum.valueOf(type, ((String) value(name)).toUpperCase(Locale.ROOT));
    }

    /**
     * {@return a list of numbers; a single number is a list of one; empty for null}
     *
     * @param name its name
     */
    public List<Double> numbers(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case Double number -> List.of(number);
            case List<?> list -> list.stream().map(Double.class::cast).toList();
            default ->
                    throw new IllegalStateException(
                            "parameter " + name + " is not a list of numbers");
        };
    }

    /**
     * {@return a list of whole numbers; empty for null}
     *
     * @param name its name
     */
    public List<Integer> integers(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(item -> Math.toIntExact((Long) item)).toList();
            default ->
                    throw new IllegalStateException(
                            "parameter " + name + " is not a list of whole numbers");
        };
    }

    /**
     * {@return a matrix}
     *
     * @param name its name
     */
    public List<List<Double>> matrix(String name) {
        return ((List<?>) value(name))
                .stream()
                        .map(row -> ((List<?>) row).stream().map(Double.class::cast).toList())
                        .toList();
    }
}
