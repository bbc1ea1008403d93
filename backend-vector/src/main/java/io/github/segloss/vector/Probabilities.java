package io.github.segloss.vector;

import static io.github.segloss.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Exponentials and reciprocals of softmax and sigmoid, each in one loop that also touches memory {@link Ahead}. */
final class Probabilities {
    private static final int L = Lanes.COUNT;

    private Probabilities() {}

    private static FloatVector at(float[] r, int i) {
        return FloatVector.fromArray(FLOATS, r, i);
    }

    /**
     * Where the values of a softmax lie in the frame.
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
        void run(Frame f) {
            float[] x = ahead.array(f, 0);
            float[] y = ahead.array(f, 1);
            int i = ahead.index(f, 0, x);
            int j = ahead.index(f, 1, y);
            int plane = ahead.plane(f);
            f.touched = softmax(f.r, rows, distance, classes, f.n, x, i, y, j, plane);
        }
    }

    /**
     * Computes a softmax.
     *
     * @param r the tiles
     * @param rows what it reads and writes
     * @param distance the distance between the rows of classes
     * @param classes the number of classes
     * @param n the number of elements of a row
     * @param x an array to touch
     * @param i where
     * @param y another array to touch
     * @param j where
     * @param plane how far the planes to touch are apart
     * @return something that depends on what was touched, so that the JVM does not leave it out
     */
    static float softmax(
            float[] r,
            SoftmaxRows rows,
            int distance,
            int classes,
            int n,
            float[] x,
            int i,
            float[] y,
            int j,
            int plane) {
        int a = rows.logits();
        int e = rows.exponentials();
        int largest = rows.largest();
        int best = rows.best();
        int rest = rows.rest();
        int reciprocal = rows.reciprocal();
        int lastX = x.length - 1;
        int lastY = y.length - 1;
        float touched = 0;
        for (int at = 0; at < n; at += L) {
            FloatVector top = at(r, a + at);
            FloatVector winner = FloatVector.zero(FLOATS);
            for (int k = 1; k < classes; k++) {
                FloatVector logit = at(r, a + k * distance + at);
                VectorMask<Float> better = top.lt(logit);
                winner = winner.blend((float) k, better);
                // NaN stays, as it does in a maximum.
                top = top.blend(logit, better.or(logit.compare(VectorOperators.NE, logit)));
            }
            FloatVector sum = FloatVector.broadcast(FLOATS, -0f);
            for (int k = 0; k < classes; k++) {
                int from = k * distance + at;
                FloatVector power = FloatMath.expFarFromOverflow(at(r, a + from).sub(top));
                power.intoArray(r, e + from);
                sum = sum.add(power.blend(0f, winner.eq((float) k)));
                int later = k * plane + at;
                touched += x[Math.min(i + later, lastX)] + y[Math.min(j + later, lastY)];
            }
            top.intoArray(r, largest + at);
            winner.intoArray(r, best + at);
            FloatVector one = FloatVector.broadcast(FLOATS, 1f);
            one.div(sum.add(1f)).intoArray(r, reciprocal + at);
            sum.intoArray(r, rest + at);
        }
        return touched;
    }

    /** What the probabilities of a sigmoid are made of. */
    static final class Sigmoid extends Step {
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
        void run(Frame f) {
            float[] x = ahead.array(f, 0);
            float[] y = ahead.array(f, 1);
            int plane = ahead.plane(f);
            for (int k = 0; k < classes; k++) {
                int i = ahead.index(f, 0, x) + k * plane;
                int j = ahead.index(f, 1, y) + k * plane;
                int o = exponentials.row(k);
                f.touched = sigmoid(f.r, logits.row(k), o, reciprocals.row(k), f.n, x, i, y, j);
            }
        }
    }

    /**
     * Computes {@code e^-|a|} and {@code 1 / (1 + e^-|a|)}.
     *
     * @param r the tiles
     * @param a where the logits are
     * @param o where the exponentials go
     * @param p where the reciprocals go
     * @param n the number of elements
     * @param x an array to touch
     * @param i where
     * @param y another array to touch
     * @param j where
     * @return something that depends on what was touched, so that the JVM does not leave it out
     */
    static float sigmoid(
            float[] r, int a, int o, int p, int n, float[] x, int i, float[] y, int j) {
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        int lastX = x.length - 1;
        int lastY = y.length - 1;
        float touched = 0;
        for (int at = 0; at < n; at += L) {
            FloatVector power = FloatMath.expFarFromOverflow(at(r, a + at).abs().neg());
            power.intoArray(r, o + at);
            one.div(power.add(1f)).intoArray(r, p + at);
            touched += x[Math.min(i + at, lastX)] + y[Math.min(j + at, lastY)];
        }
        return touched;
    }
}
