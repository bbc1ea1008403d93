package io.github.segloss.cli;

import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as text, the same in every locale. */
final class Numbers {
    /** What is printed where a number is not defined. */
    static final String UNDEFINED = "-";

    private Numbers() {}

    /** {@return seven significant digits, without an exponent where that is readable} */
    static String significant(double value) {
        if (!Double.isFinite(value) || value == 0) {
            return value == 0 ? "0" : Double.toString(value);
        }
        double size = Math.abs(value);
        return size >= 1e-3 && size < 1e7
                ? String.format(Locale.ROOT, "%.7g", value)
                : String.format(Locale.ROOT, "%.6e", value);
    }

    /** {@return three significant digits} */
    static String rough(double value) {
        return !Double.isFinite(value) || value == 0
                ? significant(value)
                : String.format(Locale.ROOT, "%.2e", value);
    }

    /** {@return four digits after the point} */
    static String ratio(OptionalDouble value) {
        return value.isEmpty()
                ? UNDEFINED
                : String.format(Locale.ROOT, "%.4f", value.getAsDouble());
    }

    /** {@return the number without needless digits: 3 or 0.75} */
    static String plain(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }

    /** {@return one digit after the point} */
    static String oneDigit(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
