package io.github.segloss.conformance;

import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.loss.Law;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a backend is held to, in one line.
 *
 * @param name the name of its tests, with a word in braces for what differs between them
 * @param text what holds
 */
record Rule(String name, String text) {
    /** What may stand for each word in braces. */
    private static final Map<String, String> WORDS =
            Map.of(
                    "type", "float32|float64",
                    "narrow", "float16|bfloat16",
                    "labels", "uint8|int8|int16|int32|int64",
                    "op", "[a-z0-9]+",
                    "reduction", names(ReduceFunction.values()),
                    "window", "(min|max)_(cross|box)_(ignored|zero)",
                    "space", "\\d+(x\\d+)*",
                    "part", "\\d+of\\d+",
                    "loss", "[a-z0-9_]+?",
                    "law", names(Law.values()));

    private static final Pattern WORD = Pattern.compile("\\{(\\w+)}");

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("|"));
    }

    /** Whether a test of this name is about this rule. */
    boolean hasTest(String test) {
        String pattern =
                WORD.matcher(name)
                        .replaceAll(word ->
                                Matcher.quoteReplacement("(" + WORDS.get(word.group(1)) + ")"));
        return test.matches(pattern);
    }
}
