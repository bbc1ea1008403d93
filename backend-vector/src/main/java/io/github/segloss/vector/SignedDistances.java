package io.github.segloss.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Distance transforms of a mask, and of its negation if that is wanted, in float32: as signed squares, positive where the mask is set, that lie in the memory
 * of the first result; all planes together. First a scan along the rows, then a job for each other axis, of groups of neighbouring lines.
 */
final class SignedDistances extends Workers.Job {
    private final Pool<SignedLines> lines;
    private int elements;
    private float[] mask = {};
    private float[] inside = {};
    private float @Nullable [] outside;

    /** Whether this is the scan along the rows. */
    private boolean isScan;

    /** Whether distances, not squares, are wanted of these lines. */
    private boolean isLast;

    /** How many elements a line has, and the distance of neighbours. */
    private int length;

    private double spacing;

    /** How far the elements of a line are apart. */
    private int stride;

    /** How many rows or lines are one unit. */
    private int together;

    /** How many units have all lines whose first elements are neighbours. */
    private int groups;

    /**
     * Prepares.
     *
     * @param lines memory for lines, of which each thread takes its own
     */
    SignedDistances(Pool<SignedLines> lines) {
        this.lines = lines;
    }

    /**
     * Computes.
     *
     * @param workers who does it
     * @param w the sizes and spacings
     * @param count the elements of all planes
     * @param of the mask
     * @param insideOut where the distances of elements of the mask go
     * @param outsideOut where those of the others go; null if they are not wanted
     */
    void run(
            Workers workers,
            Workspace w,
            int count,
            float[] of,
            float[] insideOut,
            float @Nullable [] outsideOut) {
        elements = count;
        mask = of;
        inside = insideOut;
        outside = outsideOut;
        int last = w.sizes.length - 1;
        isScan = true;
        length = w.sizes[last];
        spacing = w.spacing[last];
        together = Math.max(1, Pass.UNIT / length);
        start((int) ((elements / length + together - 1L) / together));
        workers.run(this, elements);
        isScan = false;
        stride = length;
        for (int axis = last - 1; axis >= 0; axis--) {
            isLast = axis == 0;
            length = w.sizes[axis];
            spacing = w.spacing[axis];
            together = SignedLines.together(length);
            groups = (stride + together - 1) / together;
            start(elements / (stride * length) * groups);
            workers.run(this, elements);
            stride *= length;
        }
        mask = inside = new float[0];
        outside = null;
    }

    @Override
    void work() {
        for (int unit = claim(); unit >= 0; unit = claim()) {
            if (isScan) {
                scan(unit);
            } else {
                transform(unit);
            }
        }
    }

    private void transform(int unit) {
        int first = unit % groups * together;
        int start = unit / groups * stride * length + first;
        SignedLines spare = lines.poll();
        SignedLines some =
                spare == null || spare.longest() < length ? new SignedLines(length) : spare;
        some.read(inside, start, Math.min(together, stride - first), stride, length);
        some.transform(spacing, outside != null);
        if (!isLast) {
            some.write(inside, start, stride);
        } else {
            some.writeRoots(inside, false, start, stride);
            if (outside != null) {
                some.writeRoots(outside, true, start, stride);
            }
        }
        lines.giveBack(some);
    }

    private void scan(int unit) {
        int rows = elements / length;
        int end = (int) Math.min(rows, (unit + 1L) * together);
        for (int row = unit * together; row < end; row++) {
            scan(row * length, length, spacing * spacing);
        }
    }

    /**
     * Squared distances in a row: those of a run of equal elements are to the ends of the run.
     *
     * @param start where the row starts
     * @param width how long it is
     * @param square the square of the distance of neighbours
     */
    private void scan(int start, int width, double square) {
        boolean isSigned = outside != null;
        float[] out = inside;
        int end = start + width;
        int i = start;
        while (i < end) {
            int first = i;
            boolean isInside = mask[i] != 0;
            while (i < end && (mask[i] != 0) == isInside) {
                i++;
            }
            if (!isInside && !isSigned) {
                Arrays.fill(out, first, i, 0);
                continue;
            }
            double scale = isInside ? square : -square;
            if (first == start && i == end) {
                Arrays.fill(out, start, end, (float) (scale * Double.POSITIVE_INFINITY));
                continue;
            }
            int middle = first == start ? first : i == end ? i : (first + i) >>> 1;
            for (int k = first; k < middle; k++) {
                double steps = k - first + 1;
                out[k] = (float) (steps * steps * scale);
            }
            for (int k = middle; k < i; k++) {
                double steps = i - k;
                out[k] = (float) (steps * steps * scale);
            }
        }
    }
}
