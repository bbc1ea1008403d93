package io.github.segloss.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of one object of a golden file, read by name and type; whatever is wrong is said with the file, the case and the field. */
final class GoldenFields {
    private final String place;
    private final JsonNode object;
    private final Set<String> read = new LinkedHashSet<>();

    GoldenFields(String place, JsonNode object) {
        if (!object.isObject()) {
            throw new GoldenFormatException(place + ": it is not an object of named fields");
        }
        this.place = place;
        this.object = object;
    }

    GoldenFormatException malformed(String field, String found, String allowed) {
        return new GoldenFormatException(
                place + ": field '" + field + "' " + found + "; it must be " + allowed);
    }

    /** Marks fields as known although nothing is computed from them. */
    void ignore(String... names) {
        read.addAll(Arrays.asList(names));
    }

    /** The fields that nothing has asked for. */
    List<String> unread() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.removeAll(read);
        return names;
    }

    private @Nullable JsonNode optional(String name) {
        read.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    JsonNode required(String name) {
        JsonNode node = optional(name);
        if (node == null) {
            throw new GoldenFormatException(place + ": field '" + name + "' is missing");
        }
        return node;
    }

    String text(String name) {
        JsonNode node = required(name);
        if (!node.isTextual()) {
            throw malformed(name, "is " + brief(node), "text");
        }
        return node.textValue();
    }

    double number(String name) {
        return finite(name, required(name));
    }

    long integer(String name) {
        JsonNode node = required(name);
        if (!node.canConvertToLong() || !node.isIntegralNumber()) {
            throw malformed(name, "is " + brief(node), "a whole number");
        }
        return node.longValue();
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) {
        String word = text(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(word)) {
                return constant;
            }
        }
        String allowed =
                Arrays.stream(type.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        throw malformed(name, "is '" + word + "'", "one of " + allowed);
    }

    Set<String> words(String name) {
        JsonNode list = optional(name);
        Set<String> words = new LinkedHashSet<>();
        if (list != null) {
            requireList(name, list);
            for (JsonNode node : list) {
                if (!node.isTextual()) {
                    throw malformed(name, "holds " + brief(node), "a list of words");
                }
                words.add(node.textValue());
            }
        }
        return words;
    }

    /** A list of numbers, empty where the field is absent or null. */
    List<Double> numberList(String name) {
        JsonNode list = optional(name);
        List<Double> numbers = new ArrayList<>();
        if (list != null) {
            requireList(name, list);
            list.forEach(node -> numbers.add(finite(name, node)));
        }
        return numbers;
    }

    Shape shape(String name) {
        JsonNode list = required(name);
        requireList(name, list);
        long[] sizes = new long[list.size()];
        for (int i = 0; i < sizes.length; i++) {
            JsonNode size = list.get(i);
            if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 1) {
                throw malformed(name, "holds " + brief(size), "a list of sizes, each at least 1");
            }
            sizes[i] = size.intValue();
        }
        try {
            return Shape.of(sizes);
        } catch (ShapeMismatchException e) {
            throw malformed(name, "is " + brief(list), "a shape of fewer than 2^63 elements");
        }
    }

    /** As many numbers as asked for. */
    double[] numbers(String name, long count) {
        JsonNode list = required(name);
        requireList(name, list);
        if (list.size() != count) {
            throw malformed(
                    name,
                    "has " + list.size() + " elements",
                    "a list of " + count + ", the product of its shape");
        }
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = finite(name + "[" + i + "]", list.get(i));
        }
        return numbers;
    }

    GoldenCase.Values values(String name, String shapeName) {
        Shape shape = shape(shapeName);
        return new GoldenCase.Values(shape, numbers(name, shape.elements()));
    }

    GoldenCase.@Nullable Values optionalValues(String name, String shapeName) {
        if (optional(name) == null) {
            optional(shapeName);
            return null;
        }
        return values(name, shapeName);
    }

    GoldenFields object(String name) {
        JsonNode node = required(name);
        return new GoldenFields(place + ", field " + name, node);
    }

    GoldenFields parameters() {
        return object("parameters");
    }

    /** All fields, as numbers, booleans, text, lists and null. */
    SequencedMap<String, @Nullable Object> asMap() {
        SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
        object.fieldNames().forEachRemaining(name -> map.put(name, plain(name, object.get(name))));
        return map;
    }

    private @Nullable Object plain(String name, JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL -> null;
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> finite(name, node);
            case STRING -> node.textValue();
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(item -> list.add(plain(name, item)));
                yield list;
            }
            case OBJECT, BINARY, POJO, MISSING ->
                    throw malformed(
                            name,
                            "is " + brief(node),
                            "a number, true, false, text, null or a list");
        };
    }

    /** All fields, as numbers or null. */
    Map<String, @Nullable Double> asNumbers() {
        Map<String, @Nullable Double> map = new LinkedHashMap<>();
        object.fieldNames()
                .forEachRemaining(name -> {
                    JsonNode node = object.get(name);
                    map.put(name, node.isNull() ? null : (Double) finite(name, node));
                });
        return map;
    }

    private double finite(String name, JsonNode node) {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw malformed(name, "is " + brief(node), "a finite number");
        }
        return node.doubleValue();
    }

    private void requireList(String name, JsonNode node) {
        if (!node.isArray()) {
            throw malformed(name, "is " + brief(node), "a list");
        }
    }

    private static String brief(JsonNode node) {
        String text = node.toString();
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
