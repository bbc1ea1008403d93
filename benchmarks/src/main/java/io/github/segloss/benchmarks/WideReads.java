package io.github.segloss.benchmarks;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Reads with the widest registers. Plain loops that only read are compiled to narrow loads, which keep too few lines of the cache on their way. */
final class WideReads {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LANES = LONGS.length();
    private static final int ROUND = 4 * LANES;

    /** The elements of an array for sums, which stays in the nearest cache: vectors that are carried from round to round the JVM may put into boxes. */
    static final int SUMS = 512;

    private WideReads() {}

    /** {@return a number that depends on some elements; sums are left in an array} */
    static long read(long[] a, int from, int to, long[] sums) {
        int i = from;
        for (; i <= to - ROUND; i += ROUND) {
            LongVector s = LongVector.fromArray(LONGS, a, i);
            s = s.add(LongVector.fromArray(LONGS, a, i + LANES));
            s = s.add(LongVector.fromArray(LONGS, a, i + 2 * LANES));
            s = s.add(LongVector.fromArray(LONGS, a, i + 3 * LANES));
            s.intoArray(sums, i / 4 & SUMS - LANES);
        }
        long sum = sums[0];
        for (; i < to; i++) {
            sum += a[i];
        }
        return sum;
    }
}
