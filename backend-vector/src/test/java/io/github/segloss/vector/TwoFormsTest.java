package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Loops in float64 over single elements have the bits of those over vectors, in the first runs and when both are compiled, whatever they compute with. */
class TwoFormsTest {
    private static final int N = DoubleMathTest.TILE;
    private static final int ROUNDS = 40;
    private static final int ROWS = 12;
    private static final double[] CHOICES = {0, 1, 2, -1, 0.5, Double.NaN};

    private final SplittableRandom random = new SplittableRandom(11);

    /** What both forms do, each on memory of its own. */
    @FunctionalInterface
    private interface Work<L> {
        void run(L loop, double[] memory);
    }

    private static <L> void assertSame(
            String name, TwoForms<L> forms, double[] memory, Work<L> work) {
        double[] expected = memory.clone();
        double[] actual = memory.clone();
        work.run(forms.vectors(), expected);
        work.run(forms.elements(), actual);
        for (int i = 0; i < memory.length; i++) {
            if (Double.doubleToLongBits(expected[i]) != Double.doubleToLongBits(actual[i])) {
                assertEquals(expected[i], actual[i], name + " at " + i);
            }
        }
    }

    /** Random numbers of every size, small ones, small integers and special values. */
    private double any() {
        return switch (random.nextInt(4)) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> (random.nextDouble() * 2 - 1) * 8;
            case 2 -> CHOICES[random.nextInt(CHOICES.length)];
            default -> DoubleMathTest.SPECIAL[random.nextInt(DoubleMathTest.SPECIAL.length)];
        };
    }

    private double[] memory() {
        double[] r = new double[ROWS * N];
        Arrays.setAll(r, _ -> any());
        return r;
    }

    /** An operand: a row, or a number for the whole row in as many lanes as the JVM may ask for. */
    private int operand(double[] r, int row, boolean isNumber) {
        if (isNumber) {
            Arrays.fill(r, row * N, (row + 1) * N, r[row * N]);
        }
        return isNumber ? ~(row * N) : row * N;
    }

    @Test
    void pointwiseOps() {
        List<TwoForms<DoubleLoops.Loop>> all = new ArrayList<>(DoubleLoops.ALL);
        all.addAll(DoubleConditions.ALL);
        for (int round = 0; round < ROUNDS; round++) {
            double[] r = memory();
            int a = operand(r, 0, (round & 1) != 0);
            int b = operand(r, 1, (round & 2) != 0);
            int c = operand(r, 2, (round & 4) != 0);
            int d = operand(r, 3, (round & 8) != 0);
            int n = N - round % 4 * Lanes.COUNT;
            // The last result lies over an operand.
            for (int to = 4 * N; to >= 3 * N; to -= N) {
                int o = to;
                int last = o == 3 * N ? 3 * N : d;
                for (int k = 0; k < all.size(); k++) {
                    assertSame(
                            "op " + k,
                            all.get(k),
                            r,
                            (loop, m) -> loop.run(m, o, a, b, c, last, n));
                }
            }
        }
    }

    @Test
    void functions() {
        double[] x = DoubleMathTest.arguments(20);
        double[] r = new double[2 * N];
        for (int from = 0; from < x.length; from += N) {
            System.arraycopy(x, from, r, 0, N);
            for (int k = 0; k < DoubleFunctions.ALL.size(); k++) {
                assertSame(
                        "function " + k,
                        DoubleFunctions.ALL.get(k),
                        r,
                        (loop, m) -> loop.run(m, N, 0, 0, 0, 0, N));
            }
        }
    }

    @Test
    void powers() {
        for (double y : DoublePowerTest.SPECIAL) {
            double[] r = memory();
            System.arraycopy(DoublePowerTest.SPECIAL, 0, r, 0, DoublePowerTest.SPECIAL.length);
            assertSamePowers(r, N);
            Arrays.fill(r, N, 2 * N, y);
            assertSamePowers(r, N);
            assertSamePowers(r, ~N);
        }
        for (int halves = -14; halves <= 14; halves++) {
            double[] r = memory();
            Arrays.fill(r, N, 2 * N, 0.5 * halves);
            assertSamePowers(r, N);
            assertSamePowers(r, ~N);
        }
        for (int round = 0; round < 10 * ROUNDS; round++) {
            double[] r = memory();
            for (int i = 0; i < N; i++) {
                r[i] = random.nextDouble() * 4;
                r[N + i] = (random.nextDouble() * 2 - 1) * 30;
            }
            assertSamePowers(r, N);
        }
    }

    /** Of the first row, to exponents in the second. */
    private static void assertSamePowers(double[] r, int exponents) {
        assertSame(
                "power",
                DoublePower.POWER,
                r,
                (loop, m) -> {
                    loop.run(m, 2 * N, 0, exponents, 3 * N, 4 * N, N);
                    // What is left in scratch memory does not count.
                    Arrays.fill(m, 3 * N, 5 * N, 0);
                });
    }

    @Test
    void reductionsOverClasses() {
        for (int round = 0; round < ROUNDS; round++) {
            double[] r = memory();
            for (int i = 0; i < N; i++) {
                r[i] = random.nextInt(8) - 1 + (i % 50 == 0 ? 0.5 : 0);
            }
            int classes = 1 + round % 7;
            int rows = 2 * N;
            // The numbers of a table lie one vector apart.
            int[][] operands = {{rows, N}, {rows, 0}, {~rows, -Lanes.DOUBLES.length()}, {~rows, 0}};
            for (int c = 0; c < classes; c++) {
                int from = rows + c * Lanes.DOUBLES.length();
                Arrays.fill(r, from, from + Lanes.DOUBLES.length(), any());
            }
            for (int k = 0; k < DoubleFolds.ALL.size(); k++) {
                for (int[] x : operands) {
                    assertSame(
                            "reduction " + k,
                            DoubleFolds.ALL.get(k),
                            r,
                            (fold, m) -> fold.run(m, N, x[0], x[1], classes, 0, N));
                }
            }
        }
    }

    @Test
    void matrixProducts() {
        for (int round = 0; round < ROUNDS; round++) {
            int classes = 1 + round % 7;
            double[] matrix = new double[classes * classes];
            Arrays.setAll(matrix, _ -> any());
            int next = round % 2 == 0 ? 1 : classes;
            int first = round % 2 == 0 ? (classes - 1) * classes : classes - 1;
            assertSame(
                    "product",
                    DoubleFolds.PRODUCT,
                    memory(),
                    (product, m) -> product.run(m, 0, N, N, classes, matrix, first, next, N));
        }
    }

    @Test
    void sumsOverPixels() {
        for (int round = 0; round < ROUNDS; round++) {
            double[] r = memory();
            if (round % 2 == 0) {
                Arrays.setAll(r, _ -> random.nextGaussian());
            }
            int n = N - round % 4 * Lanes.COUNT;
            for (int k = 0; k < DoubleSums.ALL.size(); k++) {
                assertSame(
                        "sum " + k, DoubleSums.ALL.get(k), r, (fold, m) -> fold.run(m, N, n, m, 3));
            }
        }
    }

    @Test
    void bytes() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        for (int n = 0; n <= all.length; n++) {
            int count = n;
            assertSame(
                    "bytes",
                    DoubleRows.UNSIGNED,
                    new double[all.length + 1],
                    (widening, m) -> widening.run(all, m, 1, count));
        }
    }

    /** When the JVM has compiled both. */
    @Test
    void theSameWhenTheyAreWarm() {
        DoubleTrial few = new DoubleTrial();
        for (int k = 0; k < 3000; k++) {
            for (TwoForms<DoubleLoops.Loop> loop : DoubleFunctions.ALL) {
                loop.warmUp(few);
            }
            DoublePower.POWER.warmUp(few);
        }
        for (int round = 0; round < 3; round++) {
            pointwiseOps();
            functions();
            powers();
            reductionsOverClasses();
            sumsOverPixels();
        }
    }
}
