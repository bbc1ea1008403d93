package io.github.segloss.benchmarks;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Reads with the widest registers. Plain loops that only read are compiled to narrow loads, which keep too few lines of the cache on their way. */
final class WideReads {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

    /** Four sums, which do not wait for each other. */
    private static final int ROUND = 4 * LONGS.length();

    private WideReads() {}

    /** {@return the sum of some elements} */
    static long sum(long[] a, int from, int to) {
        LongVector s0 = LongVector.zero(LONGS);
        LongVector s1 = s0;
        LongVector s2 = s0;
        LongVector s3 = s0;
        int i = from;
        for (; i <= to - ROUND; i += ROUND) {
            s0 = s0.add(LongVector.fromArray(LONGS, a, i));
            s1 = s1.add(LongVector.fromArray(LONGS, a, i + LONGS.length()));
            s2 = s2.add(LongVector.fromArray(LONGS, a, i + 2 * LONGS.length()));
            s3 = s3.add(LongVector.fromArray(LONGS, a, i + 3 * LONGS.length()));
        }
        long sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; i < to; i++) {
            sum += a[i];
        }
        return sum;
    }
}
