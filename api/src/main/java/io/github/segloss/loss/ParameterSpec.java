package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A typed parameter of a loss with its default and range: the one place that says what is allowed, for records, for the command line and for files.
 *
 * @param name the paper's name, in lower case with underscores
 * @param kind what values it takes
 * @param defaultValue the default: a Double, Long, Boolean, String or nested List; null for none
 * @param isOptional whether null is allowed
 * @param lowest the lower end of the range of each number
 * @param isLowestOpen whether the lower end itself is excluded
 * @param highest the upper end of the range of each number
 * @param isHighestOpen whether the upper end itself is excluded
 * @param choices the words of a {@link ParameterKind#CHOICE}
 * @param description what it does
 */
public record ParameterSpec(
        String name,
        ParameterKind kind,
        @Nullable Object defaultValue,
        boolean isOptional,
        double lowest,
        boolean isLowestOpen,
        double highest,
        boolean isHighestOpen,
        List<String> choices,
        String description) {

    private static ParameterSpec of(
            String name, ParameterKind kind, @Nullable Object value, String description) {
        return new ParameterSpec(
                name,
                kind,
                value,
                false,
                Double.NEGATIVE_INFINITY,
                true,
                Double.POSITIVE_INFINITY,
                true,
                List.of(),
                description);
    }

    /**
     * {@return a number}
     *
     * @param name the name
     * @param value the default
     * @param description what it does
     */
    public static ParameterSpec number(String name, double value, String description) {
        return of(name, ParameterKind.NUMBER, value, description);
    }

    /**
     * {@return a whole number}
     *
     * @param name the name
     * @param value the default
     * @param description what it does
     */
    public static ParameterSpec integer(String name, long value, String description) {
        return of(name, ParameterKind.INTEGER, value, description);
    }

    /**
     * {@return a flag}
     *
     * @param name the name
     * @param value the default
     * @param description what it does
     */
    public static ParameterSpec flag(String name, boolean value, String description) {
        return of(name, ParameterKind.FLAG, value, description);
    }

    /**
     * {@return a choice, written as the constants of an enum in lower case}
     *
     * @param name the name
     * @param value the default
     * @param description what it does
     */
    public static ParameterSpec choice(String name, Enum<?> value, String description) {
        List<String> words =
                Arrays.stream(value.getDeclaringClass().getEnumConstants())
                        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                        .toList();
        ParameterSpec plain =
                of(
                        name,
                        ParameterKind.CHOICE,
                        value.toString().toLowerCase(Locale.ROOT),
                        description);
        return new ParameterSpec(
                name,
                plain.kind,
                plain.defaultValue,
                false,
                plain.lowest,
                true,
                plain.highest,
                true,
                words,
                description);
    }

    /**
     * {@return a parameter without a default: null where {@link #optional()} follows, else required}
     *
     * @param name the name
     * @param kind what values it takes
     * @param description what it does
     */
    public static ParameterSpec required(String name, ParameterKind kind, String description) {
        return of(name, kind, null, description);
    }

    /** {@return the same, with null allowed} */
    public ParameterSpec optional() {
        return new ParameterSpec(
                name,
                kind,
                defaultValue,
                true,
                lowest,
                isLowestOpen,
                highest,
                isHighestOpen,
                choices,
                description);
    }

    /**
     * {@return the same with a closed lower end}
     *
     * @param value the lowest value allowed
     */
    public ParameterSpec atLeast(double value) {
        return new ParameterSpec(
                name,
                kind,
                defaultValue,
                isOptional,
                value,
                false,
                highest,
                isHighestOpen,
                choices,
                description);
    }

    /**
     * {@return the same with an open lower end}
     *
     * @param value the value that must be exceeded
     */
    public ParameterSpec above(double value) {
        return new ParameterSpec(
                name,
                kind,
                defaultValue,
                isOptional,
                value,
                true,
                highest,
                isHighestOpen,
                choices,
                description);
    }

    /**
     * {@return the same with a closed upper end}
     *
     * @param value the highest value allowed
     */
    public ParameterSpec atMost(double value) {
        return new ParameterSpec(
                name,
                kind,
                defaultValue,
                isOptional,
                lowest,
                isLowestOpen,
                value,
                false,
                choices,
                description);
    }

    /**
     * {@return the same with an open upper end}
     *
     * @param value the value that must not be reached
     */
    public ParameterSpec below(double value) {
        return new ParameterSpec(
                name,
                kind,
                defaultValue,
                isOptional,
                lowest,
                isLowestOpen,
                value,
                true,
                choices,
                description);
    }

    /**
     * {@return the same with another default}
     *
     * @param value the default
     */
    public ParameterSpec withDefault(Object value) {
        return new ParameterSpec(
                name,
                kind,
                value,
                isOptional,
                lowest,
                isLowestOpen,
                highest,
                isHighestOpen,
                choices,
                description);
    }

    /** {@return whether a value must be given} */
    public boolean isRequired() {
        return defaultValue == null && !isOptional;
    }

    /** {@return what is allowed, in words} */
    public String range() {
        String words =
                switch (kind) {
                    case FLAG -> "true or false";
                    case CHOICE -> "one of " + String.join(", ", choices);
                    case NUMBER -> "a number" + bounds();
                    case INTEGER -> "a whole number" + bounds();
                    case NUMBERS -> "a list of numbers, one per class, each" + orFinite();
                    case INTEGERS -> "a list of whole numbers, each" + orFinite();
                    case NUMBER_OR_NUMBERS ->
                            "a number, or a list with one per class, each" + orFinite();
                    case MATRIX -> "a list of rows of numbers, each" + orFinite();
                };
        return isOptional ? words + "; or null" : words;
    }

    private String orFinite() {
        return bounds().isEmpty() ? " finite" : bounds();
    }

    private String bounds() {
        String low =
                lowest == Double.NEGATIVE_INFINITY
                        ? ""
                        : (isLowestOpen ? " above " : " at least ") + text(lowest);
        String high =
                highest == Double.POSITIVE_INFINITY
                        ? ""
                        : (isHighestOpen ? " below " : " at most ") + text(highest);
        return low.isEmpty() || high.isEmpty() ? low + high : low + " and" + high;
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /**
     * {@return a value of this parameter in its canonical type}
     *
     * @param lossId the loss, for messages
     * @param raw a number, boolean, list, null, or text such as a command line gives
     * @throws InvalidParameterException if it is not allowed
     */
    public @Nullable Object check(String lossId, @Nullable Object raw) {
        Object value = raw instanceof String text ? parse(text) : raw;
        if (value == null) {
            if (isOptional) {
                return null;
            }
            throw refused(lossId, "null");
        }
        try {
            return switch (kind) {
                case NUMBER -> inRange(lossId, ((Number) value).doubleValue());
                case INTEGER -> whole(lossId, value);
                case FLAG -> (Boolean) value;
                case CHOICE -> {
                    String word = value.toString().toLowerCase(Locale.ROOT);
                    if (!choices.contains(word)) {
                        throw refused(lossId, value);
                    }
                    yield word;
                }
                case NUMBERS -> numbers(lossId, value);
                case INTEGERS -> {
                    List<Long> list = new ArrayList<>();
                    for (Object item : (List<?>) value) {
                        list.add(whole(lossId, item));
                    }
                    yield list;
                }
                case NUMBER_OR_NUMBERS ->
                        value instanceof Number number
                                ? inRange(lossId, number.doubleValue())
                                : numbers(lossId, value);
                case MATRIX -> {
                    List<List<Double>> rows = new ArrayList<>();
                    for (Object row : (List<?>) value) {
                        rows.add(numbers(lossId, row));
                    }
                    yield rows;
                }
            };
        } catch (ClassCastException | NullPointerException e) {
            throw refused(lossId, value);
        }
    }

    private List<Double> numbers(String lossId, Object value) {
        List<Double> list = new ArrayList<>();
        for (Object item : (List<?>) value) {
            list.add(inRange(lossId, ((Number) item).doubleValue()));
        }
        if (list.isEmpty()) {
            throw refused(lossId, value);
        }
        return list;
    }

    private double inRange(String lossId, double value) {
        boolean fits =
                Double.isFinite(value)
                        && (isLowestOpen ? value > lowest : value >= lowest)
                        && (isHighestOpen ? value < highest : value <= highest);
        if (!fits) {
            throw refused(lossId, value);
        }
        return value;
    }

    private long whole(String lossId, Object value) {
        double number = inRange(lossId, ((Number) value).doubleValue());
        if (number != Math.rint(number)) {
            throw refused(lossId, value);
        }
        return (long) number;
    }

    private InvalidParameterException refused(String lossId, Object value) {
        boolean isWhole = kind == ParameterKind.INTEGER || kind == ParameterKind.INTEGERS;
        Object found = isWhole && value instanceof Double number ? text(number) : value;
        return new InvalidParameterException(
                lossId + ": parameter " + name + " is " + found + "; it must be " + range());
    }

    private @Nullable Object parse(String text) {
        String trimmed = text.strip();
        if (kind == ParameterKind.CHOICE) {
            return trimmed;
        }
        return ParameterText.parse(
                trimmed, kind == ParameterKind.NUMBERS || kind == ParameterKind.INTEGERS);
    }
}
