package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.util.Arrays;
import java.util.List;

/**
 * Sums in the order of rank, by key descending, then by index ascending; a key of minus infinity is left out, zeros of either sign are equal, and NaN comes
 * first. The order is that of a stable radix sort of packed keys and indices. Rankings are independent of each other and run in parallel.
 */
final class RankedSums extends StructuredStage {
    private final Pool<Sorter> sorters = new Pool<>();

    RankedSums(Plan plan, List<Node> nodes) {
        super(plan, nodes);
    }

    @Override
    public void run(Workspace w) {
        Axes axes = ((Op.RankedSum) node().op()).axes();
        int together = axes.has(Axis.BATCH) ? w.samples : 1;
        Limits.checkRanking(together, w.pixels);
        int groups = w.samples / together;
        int classes = 1;
        for (Node each : nodes()) {
            w.needPlanes(plan().planes(each));
            classes = Math.max(classes, classesOf(each));
        }
        int all = classes;
        inParallel(
                groups * classes,
                w.isShared ? (long) groups * together * classes * w.pixels : 0,
                unit -> rank(w, unit / all * together, together, unit % all));
    }

    @Override
    public void release() {
        sorters.clear();
    }

    private void rank(Workspace w, int first, int together, int klass) {
        Node keys = node().arg(0);
        int size = together * w.pixels;
        Sorter sorter = sorters.poll();
        if (sorter == null) {
            sorter = new Sorter();
        }
        sorter.need(size);
        for (int k = 0; k < together; k++) {
            sorter.read(this, w, keys, first + k, klass, k * w.pixels);
        }
        int count = plan().isDouble() ? sorter.sortDoubles(size) : sorter.sortFloats(size);
        for (Node each : nodes()) {
            if (klass < classesOf(each)) {
                sum(w, each, sorter, count, first, together, klass);
            }
        }
        sorters.giveBack(sorter);
    }

    private void sum(
            Workspace w, Node each, Sorter sorter, int count, int first, int together, int klass) {
        Node values = each.arg(1);
        double[][] planes = w.planes[plan().planes(each)];
        for (int k = 0; k < together; k++) {
            Arrays.fill(planes[plan().index(each.extent(), first + k, klass)], 0);
        }
        double sum = 0;
        if (together == 1) {
            double[] in = sorter.argument(this, w, values, first, klass);
            double[] out = planes[plan().index(each.extent(), first, klass)];
            for (int i = 0; i < count; i++) {
                int at = (int) sorter.packed[i];
                sum += in[at];
                out[at] = sum;
            }
            return;
        }
        double[] in = sorter.values(this, w, values, first, together, klass);
        for (int i = 0; i < count; i++) {
            int at = (int) sorter.packed[i];
            sum += in[at];
            planes[plan().index(each.extent(), first + at / w.pixels, klass)][at % w.pixels] = sum;
        }
    }

    /** The argument of one sample and class without the workspace's spare arrays, which threads cannot share. */
    private double[] plane(Workspace w, Node arg, int sample, int klass, double[] spare) {
        int index = plan().index(arg.extent(), sample, klass);
        if (plan().hasPlanes(arg)) {
            return w.planes[plan().planes(arg)][index];
        }
        if (arg.op() instanceof Op.Input input && arg.extent().isGrid()) {
            int slot = plan().slot(input.name());
            long from = (long) index * w.pixels;
            DoubleRows.read(plan().type(input.name()), w.segments[slot], from, spare, 0, w.pixels);
        } else {
            Arrays.fill(spare, 0, w.pixels, w.tables[plan().table(arg)][index]);
        }
        return spare;
    }

    /** The memory of one ranking. */
    private static final class Sorter {
        private static final int DIGIT = 11;
        private static final int BUCKETS = 1 << DIGIT;

        private double[] keys = new double[0];
        private double[] one = new double[0];
        private double[] several = new double[0];
        private long[] packed = new long[0];
        private long[] other = new long[0];
        private final int[] counts = new int[3 * BUCKETS];

        void need(int size) {
            if (packed.length < size) {
                keys = new double[size];
                packed = new long[size];
                other = new long[size];
            }
        }

        void read(RankedSums stage, Workspace w, Node arg, int sample, int klass, int to) {
            double[] plane = argument(stage, w, arg, sample, klass);
            System.arraycopy(plane, 0, keys, to, w.pixels);
        }

        double[] argument(RankedSums stage, Workspace w, Node arg, int sample, int klass) {
            if (one.length < w.pixels) {
                one = new double[w.pixels];
            }
            return stage.plane(w, arg, sample, klass, one);
        }

        double[] values(
                RankedSums stage, Workspace w, Node arg, int first, int together, int klass) {
            if (several.length < together * w.pixels) {
                several = new double[together * w.pixels];
            }
            for (int k = 0; k < together; k++) {
                double[] plane = argument(stage, w, arg, first + k, klass);
                System.arraycopy(plane, 0, several, k * w.pixels, w.pixels);
            }
            return several;
        }

        /** Keys that are floats: 32 bits that ascend as the keys descend. */
        int sortFloats(int size) {
            int count = 0;
            for (int i = 0; i < size; i++) {
                float key = (float) keys[i] + 0f; // makes -0 a 0, which it is equal to
                if (key != Float.NEGATIVE_INFINITY) {
                    int bits = Float.floatToIntBits(key);
                    int descending = ~(bits ^ (bits >> 31) & 0x7FFFFFFF) ^ 0x80000000;
                    packed[count++] = (long) descending << 32 | i;
                }
            }
            sortByHighHalf(count);
            return count;
        }

        /** Keys that are doubles: first by their low halves, then, stably, by their high ones. */
        int sortDoubles(int size) {
            int count = 0;
            for (int i = 0; i < size; i++) {
                if (keys[i] != Double.NEGATIVE_INFINITY) {
                    packed[count++] = descending(keys[i]) << 32 | i;
                }
            }
            sortByHighHalf(count);
            for (int i = 0; i < count; i++) {
                int at = (int) packed[i];
                packed[i] = descending(keys[at]) & 0xFFFFFFFF00000000L | at;
            }
            sortByHighHalf(count);
            return count;
        }

        private static long descending(double key) {
            long bits = Double.doubleToLongBits(key + 0.0); // makes -0 a 0, which it is equal to
            return ~(bits ^ (bits >> 63) & Long.MAX_VALUE) ^ Long.MIN_VALUE;
        }

        /** A stable sort by the upper 32 bits, least significant digit first. */
        private void sortByHighHalf(int count) {
            Arrays.fill(counts, 0);
            for (int i = 0; i < count; i++) {
                long key = packed[i];
                counts[(int) (key >>> 32) & BUCKETS - 1]++;
                counts[BUCKETS + ((int) (key >>> 43) & BUCKETS - 1)]++;
                counts[2 * BUCKETS + (int) (key >>> 54)]++;
            }
            for (int digit = 0; digit < 3; digit++) {
                if (startsOfBuckets(digit * BUCKETS, count)) {
                    distribute(count, 32 + digit * DIGIT, digit * BUCKETS);
                }
            }
        }

        /** Turns the counts of a digit into the starts of its buckets; false if all keys are in one bucket. */
        private boolean startsOfBuckets(int from, int count) {
            int start = 0;
            for (int b = from; b < from + BUCKETS; b++) {
                int size = counts[b];
                if (size == count) {
                    return false;
                }
                counts[b] = start;
                start += size;
            }
            return true;
        }

        private void distribute(int count, int shift, int from) {
            long[] source = packed;
            long[] target = other;
            for (int i = 0; i < count; i++) {
                long key = source[i];
                int bucket = from + ((int) (key >>> shift) & BUCKETS - 1);
                target[counts[bucket]++] = key;
            }
            packed = target;
            other = source;
        }
    }
}
