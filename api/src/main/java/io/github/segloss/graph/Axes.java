package io.github.segloss.graph;

/**
 * A set of axes. As the <em>extent</em> of a value it says along which axes the value varies (broadcasting along the others is implied); as the
 * argument of a reduction it says which axes disappear.
 */
public final class Axes {
    private static final Axes[] ALL_SETS = new Axes[8];

    static {
        for (int bits = 0; bits < 8; bits++) {
            ALL_SETS[bits] = new Axes(bits);
        }
    }

    /** No axis: the extent of a scalar. */
    public static final Axes NONE = ALL_SETS[0];

    /** One value per sample. */
    public static final Axes BATCH = of(Axis.BATCH);

    /** One value per class. */
    public static final Axes CLASS = of(Axis.CLASS);

    /** All positions of one sample. */
    public static final Axes SPACE = of(Axis.SPACE);

    /** One value per sample and class. */
    public static final Axes BATCH_CLASS = of(Axis.BATCH, Axis.CLASS);

    /** One value per pixel of the batch. */
    public static final Axes BATCH_SPACE = of(Axis.BATCH, Axis.SPACE);

    /** One value per element of the batch. */
    public static final Axes ALL = of(Axis.values());

    private final int bits;

    private Axes(int bits) {
        this.bits = bits;
    }

    /**
     * {@return the set of the given axes}
     *
     * @param axes the axes
     */
    public static Axes of(Axis... axes) {
        int bits = 0;
        for (Axis axis : axes) {
            bits |= 1 << axis.ordinal();
        }
        return ALL_SETS[bits];
    }

    /**
     * {@return whether the axis is in this set}
     *
     * @param axis the axis
     */
    public boolean has(Axis axis) {
        return (bits & 1 << axis.ordinal()) != 0;
    }

    /**
     * {@return the axes in this set or in the other}
     *
     * @param other another set
     */
    public Axes plus(Axes other) {
        return ALL_SETS[bits | other.bits];
    }

    /**
     * {@return the axes in this set and not in the other}
     *
     * @param other another set
     */
    public Axes minus(Axes other) {
        return ALL_SETS[bits & ~other.bits];
    }

    /**
     * {@return the axes in both sets}
     *
     * @param other another set
     */
    public Axes and(Axes other) {
        return ALL_SETS[bits & other.bits];
    }

    /** {@return whether the set is empty} */
    public boolean isEmpty() {
        return bits == 0;
    }

    /** {@return whether SPACE is in the set, that is, whether a value of this extent lives on the pixels} */
    public boolean isGrid() {
        return has(Axis.SPACE);
    }

    /** {@return the axes by their initials, such as {@code BCS}; {@code -} for none} */
    @Override
    public String toString() {
        return bits == 0
                ? "-"
                : (has(Axis.BATCH) ? "B" : "")
                        + (has(Axis.CLASS) ? "C" : "")
                        + (has(Axis.SPACE) ? "S" : "");
    }
}
