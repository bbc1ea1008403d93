package io.github.segloss.vector;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which code runs the passes: {@code -Dsegloss.vector.tier=scalar|interpreter|generated|auto}. All give the same bits. */
enum Tier {
    /** Loops made for the loss, in float64 those of the interpreter, without vectors: there is least for the JVM to compile. */
    SCALAR,
    /** One loop over vectors for each op, compiled once in a JVM for all losses. */
    INTERPRETER,
    /** Loops over vectors made for the loss, from the first call on: slow until the JVM has compiled them. */
    GENERATED,
    /**
     * Loops without vectors while the JVM compiles the interpreter, then the interpreter; loops over vectors once the pass is hot and they have proven faster.
     * In float64 each loop goes over from single elements to vectors when the JVM has compiled it.
     */
    AUTO;

    static final String PROPERTY = "segloss.vector.tier";

    /** {@return the tier that the property asks for; AUTO without one; empty if it asks for none that there is} */
    static Optional<Tier> wanted() {
        String name = System.getProperty(PROPERTY, "auto");
        return Arrays.stream(values()).filter(tier -> tier.text().equals(name)).findFirst();
    }

    /** {@return the values of the property} */
    static List<String> names() {
        return Arrays.stream(values()).map(Tier::text).toList();
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
