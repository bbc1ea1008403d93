package io.github.segloss.vector;

import java.util.Arrays;

/** Some elements to run loops in float64 on, so that the JVM compiles them. */
final class DoubleTrial {
    /** Eight vectors or more: a loop that hardly repeats would be compiled as if it never did. */
    static final int N = 4 * Lanes.COUNT;

    private static final int RESULT = 4 * N;
    private static final int SPARE = 5 * N;
    private static final int CLASSES = 2;

    /** Four rows for operands, one for the result, a spare one. */
    private final double[] r = new double[6 * N];

    private final byte[] bytes = new byte[N];
    private final double[] wide = new double[bytes.length];
    private final double[] sums = new double[Lanes.COUNT];
    private int turn;

    DoubleTrial() {
        Arrays.fill(r, 0.6);
    }

    /** The next run has operands of other kinds. */
    void next() {
        turn++;
    }

    /** An operand: a row in most turns, in others a number for the whole row. */
    private int operand(int number, int of, int at) {
        return turn % of == at ? ~(number * N) : number * N;
    }

    /** Runs the loop of a pointwise op. */
    void run(DoubleLoops.Loop loop) {
        loop.run(
                r,
                RESULT,
                operand(0, 4, 1),
                operand(1, 4, 2),
                operand(2, 8, 3),
                operand(3, 8, 7),
                N);
    }

    /** Runs the loop of a function. */
    void function(DoubleLoops.Loop loop) {
        loop.run(r, RESULT, 0, 0, 0, 0, N);
    }

    /** Runs the loops of powers. */
    void power() {
        int exponent = operand(1, 2, 1);
        for (int k = 0; k < DoublePower.PARTS.size(); k++) {
            DoublePower.PARTS.get(k).run(r, RESULT, 0, exponent, 2 * N, SPARE, N);
        }
    }

    /** Runs the loop of a reduction over classes. */
    void fold(DoubleFolds.Fold fold) {
        fold.run(r, RESULT, 0, N, CLASSES, 2 * N, N);
    }

    /** Runs the loop of a matrix product. */
    void mix(DoubleFolds.Product product) {
        product.run(r, RESULT, 0, N, CLASSES, r, 2 * N, 1, N);
    }

    /** Runs the loop of a sum over pixels. */
    void sum(DoubleSums.Fold fold) {
        fold.run(r, 0, N, sums, 0);
    }

    /** Runs the loop that widens bytes. */
    void widen(DoubleRows.Widening widening) {
        widening.run(bytes, wide, 0, bytes.length);
    }
}
