package io.github.segloss.benchmarks;

import java.util.Locale;

/** What is in the caches when a call starts. */
public enum Caches {
    /** Something else, so that inputs come from memory, as they do in a training step: shows what the memory lets a backend do. */
    COLD(192 << 20),
    /** What the last call has left there: shows what computing takes. */
    WARM(0);

    private final int sweptBytes;

    Caches(int sweptBytes) {
        this.sweptBytes = sweptBytes;
    }

    /** {@return how many bytes are read and written before a call: more than the last-level cache of most machines, or none} */
    int sweptBytes() {
        return sweptBytes;
    }

    /** {@return the name in lower case} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
