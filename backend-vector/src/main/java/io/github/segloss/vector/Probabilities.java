package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;
import static io.github.segloss.vector.Rows.ORDER;
import static io.github.segloss.vector.Rows.STEP;
import static io.github.segloss.vector.Rows.at;
import static io.github.segloss.vector.Rows.known;
import static io.github.segloss.vector.Rows.put;

import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Exponentials and reciprocals of softmax and sigmoid, each in one loop that also touches memory {@link Ahead}. */
final class Probabilities {
    private Probabilities() {}

    /** Every step, to warm them up. */
    static final List<VectorCode> ALL = List.of(Softmax.CODE, StashedSoftmax.CODE, Sigmoid.CODE);

    /**
     * Where the values of a softmax lie in the frame, in bytes.
     *
     * @param logits a row for each class
     * @param largest the largest of them
     * @param best its class
     * @param exponentials of the logits less the largest, a row for each class
     * @param rest their sum without that of the best class
     * @param reciprocal of 1 and the rest; written before the rest, so that it may lie there if nobody needs it
     */
    record SoftmaxRows(
            int logits, int largest, int best, int exponentials, int rest, int reciprocal) {}

    /** What the probabilities of a softmax over CLASS are made of. */
    static final class Softmax extends Step {
        static final VectorCode CODE =
                new Softmax(
                        new SoftmaxRows(
                                0,
                                2 * TRIAL_BYTES,
                                3 * TRIAL_BYTES,
                                4 * TRIAL_BYTES,
                                6 * TRIAL_BYTES,
                                7 * TRIAL_BYTES),
                        new Ahead(TRIAL),
                        TRIAL_BYTES,
                        2);

        private final SoftmaxRows rows;
        private final Ahead ahead;
        private final int distance;
        private final int classes;

        Softmax(SoftmaxRows rows, Ahead ahead, int distance, int classes) {
            this.rows = rows;
            this.ahead = ahead;
            this.distance = distance;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            float[] x = ahead.array(f, 0);
            float[] y = ahead.array(f, 1);
            int i = ahead.index(f, 0, x);
            int j = ahead.index(f, 1, y);
            int plane = ahead.plane(f, x, y);
            f.touched = softmax(f.r, rows, distance, classes, f.length(), x, i, y, j, plane);
        }

        @Override
        List<VectorCode> code() {
            return List.of(CODE);
        }
    }

    /**
     * Computes a softmax.
     *
     * @param tiles the tiles
     * @param rows what it reads and writes
     * @param distance the distance between the rows of classes
     * @param classes the number of classes
     * @param n how many bytes of a row
     * @param x an array to touch
     * @param i where
     * @param y another array to touch
     * @param j where
     * @param plane how far the planes to touch are apart
     * @return something that depends on what was touched, so that the JVM does not leave it out
     */
    static float softmax(
            MemorySegment tiles,
            SoftmaxRows rows,
            int distance,
            int classes,
            int n,
            float[] x,
            int i,
            float[] y,
            int j,
            int plane) {
        if (n == 0) {
            return 0;
        }
        MemorySegment r = known(tiles);
        long a = rows.logits();
        long e = rows.exponentials();
        long largest = rows.largest();
        long best = rows.best();
        long rest = rows.rest();
        long reciprocal = rows.reciprocal();
        int lastX = x.length - 1;
        int lastY = y.length - 1;
        float touched = 0;
        for (int at = 0; at < n; at += STEP) {
            FloatVector top = FloatVector.fromMemorySegment(FLOATS, r, a + at, ORDER);
            FloatVector winner = FloatVector.zero(FLOATS);
            for (int k = 1; k < classes; k++) {
                FloatVector logit =
                        FloatVector.fromMemorySegment(FLOATS, r, a + k * distance + at, ORDER);
                VectorMask<Float> better = top.lt(logit);
                winner = winner.blend((float) k, better);
                // NaN stays, as it does in a maximum.
                top = top.blend(logit, better.or(logit.compare(VectorOperators.NE, logit)));
            }
            FloatVector sum = FloatVector.broadcast(FLOATS, -0f);
            for (int k = 0; k < classes; k++) {
                int from = k * distance + at;
                FloatVector power =
                        FloatMath.expFarFromOverflow(
                                FloatVector.fromMemorySegment(FLOATS, r, a + from, ORDER).sub(top));
                power.intoMemorySegment(r, e + from, ORDER);
                sum = sum.add(power.blend(0f, winner.eq((float) k)));
                int later = k * plane + at / Float.BYTES;
                touched += x[Math.min(i + later, lastX)] + y[Math.min(j + later, lastY)];
            }
            top.intoMemorySegment(r, largest + at, ORDER);
            winner.intoMemorySegment(r, best + at, ORDER);
            FloatVector one = FloatVector.broadcast(FLOATS, 1f);
            one.div(sum.add(1f)).intoMemorySegment(r, reciprocal + at, ORDER);
            sum.intoMemorySegment(r, rest + at, ORDER);
        }
        return touched;
    }

    /** What the probabilities of a softmax are made of, from a {@link Stash}. */
    static final class StashedSoftmax extends Step {
        static final VectorCode CODE =
                new StashedSoftmax(
                        0,
                        4 * TRIAL_BYTES,
                        6 * TRIAL_BYTES,
                        7 * TRIAL_BYTES,
                        new Ahead(TRIAL),
                        TRIAL_BYTES,
                        2);

        private final int stash;
        private final int exponentials;
        private final int rest;
        private final int reciprocal;
        private final Ahead ahead;
        private final int distance;
        private final int classes;

        /**
         * Prepares the step.
         *
         * @param stash where the stash is, a row for each class
         * @param exponentials where the exponentials go, a row for each class
         * @param rest where their sum without that of the best class goes
         * @param reciprocal where the reciprocal of 1 and the rest goes; written before the rest
         * @param ahead what to touch
         * @param distance the distance between the rows of classes
         * @param classes the number of classes
         */
        StashedSoftmax(
                int stash,
                int exponentials,
                int rest,
                int reciprocal,
                Ahead ahead,
                int distance,
                int classes) {
            this.stash = stash;
            this.exponentials = exponentials;
            this.rest = rest;
            this.reciprocal = reciprocal;
            this.ahead = ahead;
            this.distance = distance;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            float[] y = ahead.array(f, 0);
            int j = ahead.index(f, 0, y);
            f.touched = unstash(f.r, f.length(), y, j, ahead.plane(f, y, y));
        }

        @Override
        List<VectorCode> code() {
            return List.of(CODE);
        }

        private float unstash(MemorySegment r, int n, float[] y, int j, int plane) {
            if (n == 0) {
                return 0;
            }
            int last = y.length - 1;
            float touched = 0;
            for (int at = 0; at < n; at += STEP) {
                FloatVector negative = FloatVector.zero(FLOATS);
                // Apart, lest every addition waits for that of the last class.
                float lines = 0;
                for (int k = 0; k < classes; k++) {
                    int from = k * distance + at;
                    FloatVector x = at(r, (long) stash + from);
                    VectorMask<Float> isBest = x.lt(0f);
                    negative = negative.add(x, isBest);
                    put(x.blend(1f, isBest), r, (long) exponentials + from);
                    lines += y[Math.min(j + k * plane + at / Float.BYTES, last)];
                }
                touched += lines;
                FloatVector sum = negative.neg().blend(0f, negative.eq((float) -Stash.NO_SUM));
                put(FloatVector.broadcast(FLOATS, 1f).div(sum.add(1f)), r, (long) reciprocal + at);
                put(sum, r, (long) rest + at);
            }
            return touched;
        }
    }

    /** What the probabilities of a sigmoid are made of. */
    static final class Sigmoid extends Step {
        static final VectorCode CODE =
                new Sigmoid(
                        new Operand(true, 0, TRIAL_BYTES, 0),
                        new Operand(true, 4 * TRIAL_BYTES, TRIAL_BYTES, 0),
                        new Operand(true, 6 * TRIAL_BYTES, TRIAL_BYTES, 0),
                        new Ahead(TRIAL),
                        2);

        private final Operand logits;
        private final Operand exponentials;
        private final Operand reciprocals;
        private final Ahead ahead;
        private final int classes;

        Sigmoid(
                Operand logits,
                Operand exponentials,
                Operand reciprocals,
                Ahead ahead,
                int classes) {
            this.logits = logits;
            this.exponentials = exponentials;
            this.reciprocals = reciprocals;
            this.ahead = ahead;
            this.classes = classes;
        }

        @Override
        public void run(Frame f) {
            float[] x = ahead.array(f, 0);
            float[] y = ahead.array(f, 1);
            int plane = ahead.plane(f, x, y);
            for (int k = 0; k < classes; k++) {
                int i = ahead.index(f, 0, x) + k * plane;
                int j = ahead.index(f, 1, y) + k * plane;
                int o = exponentials.row(k);
                f.touched =
                        sigmoid(f.r, logits.row(k), o, reciprocals.row(k), f.length(), x, i, y, j);
            }
        }

        @Override
        List<VectorCode> code() {
            return List.of(CODE);
        }
    }

    /**
     * Computes {@code e^-|a|} and {@code 1 / (1 + e^-|a|)}.
     *
     * @param r the tiles
     * @param a where the logits are
     * @param o where the exponentials go
     * @param p where the reciprocals go
     * @param n how many bytes of a row
     * @param x an array to touch
     * @param i where
     * @param y another array to touch
     * @param j where
     * @return something that depends on what was touched, so that the JVM does not leave it out
     */
    static float sigmoid(
            MemorySegment r, long a, long o, long p, int n, float[] x, int i, float[] y, int j) {
        if (n == 0) {
            return 0;
        }
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        int lastX = x.length - 1;
        int lastY = y.length - 1;
        float touched = 0;
        for (int at = 0; at < n; at += STEP) {
            FloatVector power = FloatMath.expFarFromOverflow(at(r, a + at).abs().neg());
            put(power, r, o + at);
            put(one.div(power.add(1f)), r, p + at);
            int later = at / Float.BYTES;
            touched += x[Math.min(i + later, lastX)] + y[Math.min(j + later, lastY)];
        }
        return touched;
    }
}
