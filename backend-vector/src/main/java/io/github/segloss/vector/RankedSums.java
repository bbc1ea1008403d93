package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sums in the order of rank, by key descending, then by index ascending; a key of minus infinity is left out, zeros of either sign are equal, and NaN comes
 * first. Rankings are independent of each other and run in parallel.
 */
final class RankedSums extends StructuredStage {
    /** So many elements are taken at a time. */
    private static final int CHUNK = DoubleRows.LONGEST;

    private final Pool<Memory> memories = new Pool<>();
    private final Pool<Rankings> jobs = new Pool<>();

    private final boolean isCount;

    RankedSums(Plan plan, List<Node> nodes) {
        super(plan, nodes);
        this.isCount = isCount(nodes);
    }

    /** {@return whether what is summed is a mask, or a mask and its negation, so that sums are counts} */
    static boolean isCount(List<Node> nodes) {
        boolean areMasks = nodes.stream().allMatch(node -> isMask(node.arg(1)));
        return areMasks
                && switch (nodes.size()) {
                    case 1 -> true;
                    case 2 -> isNegation(nodes.get(0).arg(1).arg(0), nodes.get(1).arg(1).arg(0));
                    default -> false;
                };
    }

    private static boolean isMask(Node value) {
        return value.extent().isGrid()
                && value.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.CAST
                && value.arg(0).type() == ValueType.BOOL;
    }

    private static boolean isNegation(Node a, Node b) {
        return isNot(a) && a.arg(0) == b || isNot(b) && b.arg(0) == a;
    }

    private static boolean isNot(Node node) {
        return node.op() instanceof Op.Unary(UnaryFunction f) && f == UnaryFunction.NOT;
    }

    @Override
    public void run(Workspace w) {
        Axes axes = ((Op.RankedSum) node().op()).axes();
        int together = axes.has(Axis.BATCH) ? w.samples : 1;
        Limits.checkRanking(together, w.pixels);
        int classes = 1;
        for (int k = 0; k < nodes().size(); k++) {
            w.needTemporary(nodes().get(k));
            classes = Math.max(classes, classesOf(nodes().get(k)));
        }
        Rankings spare = jobs.poll();
        Rankings job = spare == null ? new Rankings() : spare;
        job.w = w;
        job.together = together;
        job.classes = classes;
        job.start(w.samples / together * classes);
        plan().workers().run(job, w.isShared ? (long) w.samples * classes * w.pixels : 0);
        jobs.giveBack(job);
    }

    @Override
    public void release() {
        jobs.clear();
        memories.clear();
    }

    /** The rankings of a run, one of the samples of a class that are ranked together each. */
    private final class Rankings extends Workers.Job {
        private @Nullable Workspace w;
        private int together;
        private int classes;

        @Override
        void work() {
            Memory spare = memories.poll();
            Memory memory = spare == null ? new Memory() : spare;
            Workspace of = Objects.requireNonNull(w);
            for (int next = claim(); next >= 0; next = claim()) {
                rank(of, memory, next / classes * together, together, next % classes);
            }
            memories.giveBack(memory);
        }
    }

    /** What one thread needs. */
    private static final class Memory {
        final Ranking ranking = new Ranking();
        final double[] some = new double[CHUNK];
        final double[] someMarks = new double[CHUNK];
        final float[] floats = new float[CHUNK];
        final float[] floatMarks = new float[CHUNK];
        double[] values = new double[0];
    }

    /** Ranks some samples of a class together. */
    private void rank(Workspace w, Memory memory, int first, int together, int klass) {
        boolean isDouble = plan().isDouble();
        Ranking ranking = memory.ranking;
        ranking.start(together * w.pixels, isDouble);
        for (int k = 0; k < together; k++) {
            if (isDouble) {
                takeDoubles(w, memory, first + k, klass, k * w.pixels);
            } else {
                takeFloats(w, memory, first + k, klass, k * w.pixels);
            }
        }
        if (isCount) {
            ranking.count();
        } else {
            ranking.rank();
        }
        for (int k = 0; k < nodes().size(); k++) {
            Node each = nodes().get(k);
            if (isCount) {
                giveCounts(w, memory, each, first, together, klass);
            } else if (klass < classesOf(each)) {
                sum(w, memory, each, first, together, klass);
            }
        }
    }

    private void takeDoubles(Workspace w, Memory memory, int sample, int klass, int at) {
        for (int from = 0; from < w.pixels; from += CHUNK) {
            int count = Math.min(CHUNK, w.pixels - from);
            read(w, node().arg(0), sample, klass, from, memory.some, 0, count);
            if (isCount) {
                read(w, node().arg(1), sample, klass, from, memory.someMarks, 0, count);
            }
            memory.ranking.take(memory.some, memory.someMarks, at + from, count);
        }
    }

    private void takeFloats(Workspace w, Memory memory, int sample, int klass, int at) {
        Node keys = node().arg(0);
        Node marks = node().arg(1);
        float[] keyArray = array(w, keys);
        float[] markArray = array(w, marks);
        if (isCount && keyArray.length > 0 && markArray.length > 0) {
            int keysFrom = start(w, keys, sample, klass);
            int marksFrom = start(w, marks, sample, klass);
            memory.ranking.take(keyArray, keysFrom, markArray, marksFrom, at, w.pixels);
            return;
        }
        for (int from = 0; from < w.pixels; from += CHUNK) {
            int count = Math.min(CHUNK, w.pixels - from);
            copy(w, memory, keys, sample, klass, from, memory.floats, count);
            if (isCount) {
                copy(w, memory, marks, sample, klass, from, memory.floatMarks, count);
            }
            memory.ranking.take(memory.floats, 0, memory.floatMarks, 0, at + from, count);
        }
    }

    /** Copies some elements of an argument as floats. */
    private void copy(
            Workspace w,
            Memory memory,
            Node arg,
            int sample,
            int klass,
            int from,
            float[] to,
            int count) {
        read(w, arg, sample, klass, from, memory.some, 0, count);
        for (int i = 0; i < count; i++) {
            to[i] = (float) memory.some[i];
        }
    }

    private void giveCounts(
            Workspace w, Memory memory, Node each, int first, int together, int klass) {
        boolean ofMarked = each == node();
        float[] array = array(w, each);
        for (int k = 0; k < together; k++) {
            if (array.length > 0) {
                int start = start(w, each, first + k, klass);
                memory.ranking.giveCounts(ofMarked, k * w.pixels, array, start, w.pixels);
                continue;
            }
            for (int from = 0; from < w.pixels; from += CHUNK) {
                int count = Math.min(CHUNK, w.pixels - from);
                memory.ranking.giveCounts(ofMarked, k * w.pixels + from, memory.some, count);
                write(w, each, first + k, klass, from, memory.some, 0, count);
            }
        }
    }

    private void sum(Workspace w, Memory memory, Node each, int first, int together, int klass) {
        if (memory.values.length < together * w.pixels) {
            memory.values = new double[together * w.pixels];
        }
        for (int k = 0; k < together; k++) {
            read(w, each.arg(1), first + k, klass, 0, memory.values, k * w.pixels, w.pixels);
        }
        double[] sums = memory.ranking.sum(memory.values);
        for (int k = 0; k < together; k++) {
            write(w, each, first + k, klass, 0, sums, k * w.pixels, w.pixels);
        }
    }
}
