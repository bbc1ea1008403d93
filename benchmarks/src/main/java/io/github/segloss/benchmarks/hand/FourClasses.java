package io.github.segloss.benchmarks.hand;

/** What loops over four classes share. */
final class FourClasses {
    private FourClasses() {}

    /** {@return the class with the largest of four values, the lowest of equal ones; not by branches, which noise would mispredict} */
    static int top(float[] values, int at, int stride) {
        float v0 = values[at];
        float v1 = values[at + stride];
        float v2 = values[at + 2 * stride];
        float v3 = values[at + 3 * stride];
        int low = v1 > v0 ? 1 : 0;
        int high = v3 > v2 ? 3 : 2;
        return Math.max(v2, v3) > Math.max(v0, v1) ? high : low;
    }

    /** {@return the only class of four whose value has a minus sign} */
    static int marked(float[] values, int at, int stride) {
        return (Float.floatToRawIntBits(values[at + stride]) >>> 31)
                + 2 * (Float.floatToRawIntBits(values[at + 2 * stride]) >>> 31)
                + 3 * (Float.floatToRawIntBits(values[at + 3 * stride]) >>> 31);
    }
}
