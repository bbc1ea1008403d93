package io.github.segloss.cpu;

/** How the elements of a whole array are stored. Arithmetic on them is done in float64 and rounded when the result is stored. */
enum BlasElement {
    /** A truth value in a byte. */
    FLAG(1, "flag"),
    /** A float32. */
    SINGLE(4, "float32"),
    /** A float64. */
    DOUBLE(8, "float64");

    private final int bytes;
    private final String text;

    BlasElement(int bytes, String text) {
        this.bytes = bytes;
        this.text = text;
    }

    int bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
