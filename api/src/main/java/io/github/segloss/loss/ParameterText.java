package io.github.segloss.loss;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameter values written as text: {@code 0.5}, {@code true}, {@code null}, {@code [1, 2]}, {@code [[0, 1], [1, 0]]}. */
final class ParameterText {
    private final String text;
    private int at;

    private ParameterText(String text) {
        this.text = text;
    }

    /** What the text stands for; text that stands for nothing known comes back as it is. */
    static @Nullable Object parse(String text, boolean isList) {
        if (text.equals("null") || text.equals("none")) {
            return null;
        }
        String source = isList && !text.startsWith("[") ? "[" + text + "]" : text;
        ParameterText reader = new ParameterText(source);
        try {
            Object value = reader.value();
            return reader.rest().isEmpty() ? value : text;
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private String rest() {
        return text.substring(at).strip();
    }

    private Object value() {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '[') {
            return list();
        }
        int start = at;
        while (at < text.length() && ",] ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> Double.valueOf(word);
        };
    }

    private List<Object> list() {
        List<Object> items = new ArrayList<>();
        at++;
        skipSpace();
        while (at < text.length() && text.charAt(at) != ']') {
            items.add(value());
            skipSpace();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
                skipSpace();
            }
        }
        if (at >= text.length()) {
            throw new IllegalArgumentException("a list without an end");
        }
        at++;
        return items;
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }
}
