package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pass over the pixels in units of fixed size, that any thread may do. Each unit leaves its partial sums, which are combined in the order of the units.
 */
abstract class Pass implements Stage {
    /** Most pixels of one sample that are one unit of work and have partial sums of their own. */
    static final int UNIT = 4096;

    /** With many classes a unit has fewer pixels: one of more logits could keep a thread busy long after the others have finished. */
    private static final int MOST_LOGITS = 1 << 17;

    private final Plan plan;
    private final int number;
    private final List<Node> sums;
    private final ReduceFunction[] functions;
    private final int classes;
    private final int unitSize;
    private final List<Node> stored;
    private final Pool<Object> frames = new Pool<>();

    /**
     * Takes what all passes have.
     *
     * @param plan the plan
     * @param kernel the pass of the program
     */
    Pass(Plan plan, GridKernel kernel) {
        this.plan = plan;
        this.number = plan.newPass();
        this.sums = kernel.accumulators();
        this.classes = plan.classes();
        this.unitSize = unitSize(classes);
        this.stored =
                kernel.stores().stream()
                        .filter(Store.ToTemporary.class::isInstance)
                        .map(Store::value)
                        .toList();
        this.functions =
                sums.stream()
                        .flatMap(node ->
                                Collections.nCopies(rowsOf(node), functionOf(node)).stream())
                        .toArray(ReduceFunction[]::new);
    }

    /** {@return how many pixels of one sample are one unit of work} */
    static int unitSize(int classes) {
        int size = UNIT;
        while (size > Frame.LARGEST_TILE && (long) size * classes > MOST_LOGITS) {
            size /= 2;
        }
        return size;
    }

    /** {@return how many pixels of one sample are one unit of this pass} */
    final int unitSize() {
        return unitSize;
    }

    private int rowsOf(Node sum) {
        return sum.extent().has(Axis.CLASS) ? classes : 1;
    }

    private static ReduceFunction functionOf(Node sum) {
        return ((Op.Reduce) sum.op()).function();
    }

    /** {@return the number of this pass in its program} */
    final int number() {
        return number;
    }

    /** {@return how many values a unit leaves} */
    final int rows() {
        return functions.length;
    }

    /** {@return how one of these values is reduced} */
    final ReduceFunction function(int row) {
        return functions[row];
    }

    /** {@return the value of an empty reduction} */
    static double start(ReduceFunction function) {
        return switch (function) {
            case SUM, ARGMAX -> 0;
            case MAX -> Double.NEGATIVE_INFINITY;
            case MIN -> Double.POSITIVE_INFINITY;
        };
    }

    /** {@return two values reduced} */
    static double combine(ReduceFunction function, double a, double b) {
        return switch (function) {
            case SUM -> a + b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case ARGMAX -> throw new IllegalStateException("argmax is not over pixels");
        };
    }

    /** {@return what the units do, for people} */
    abstract String describeWork();

    @Override
    public final String describe() {
        return "pass " + number + ": " + describeWork() + "; sums " + sums.size();
    }

    /** Makes the tables ready for the units. */
    abstract void prepare(Workspace w);

    /** {@return the scratch memory of a thread} */
    abstract Object newFrame(Workspace w);

    /** Does some pixels of a sample, and leaves the partial sums. */
    abstract void unit(Object frame, Workspace w, int sample, int start, int count, int partialAt);

    @Override
    public final void run(Workspace w) {
        for (int k = 0; k < stored.size(); k++) {
            w.needTemporary(stored.get(k));
        }
        prepare(w);
        int perSample = (w.pixels + unitSize - 1) / unitSize;
        int units = Math.multiplyExact(perSample, w.samples);
        w.needPartials(Math.multiplyExact(units, rows()));
        w.units.of(this, units);
        plan.workers().run(w.units, w.isShared ? (long) w.samples * w.pixels * classes : 0);
        combine(w, perSample);
    }

    /** The units of a pass, for the workers. */
    static final class Units extends Workers.Job {
        private final Workspace w;
        private @Nullable Pass pass;

        Units(Workspace w) {
            this.w = w;
        }

        void of(Pass next, int units) {
            pass = next;
            start(units);
        }

        @Override
        void work() {
            Pass p = Objects.requireNonNull(pass);
            int threads = p.plan.workers().threads();
            long row = claimRow(threads);
            if (row < 0) {
                return;
            }
            int size = p.unitSize;
            Object frame = p.frames.poll();
            if (frame == null) {
                frame = p.newFrame(w);
            }
            int perSample = (w.pixels + size - 1) / size;
            for (; row >= 0; row = claimRow(threads)) {
                for (int number = (int) (row >> Integer.SIZE); number < (int) row; number++) {
                    int from = number % perSample * size;
                    int count = Math.min(size, w.pixels - from);
                    p.unit(frame, w, number / perSample, from, count, number * p.rows());
                }
            }
            p.frames.giveBack(frame);
        }
    }

    private void combine(Workspace w, int perSample) {
        int row = 0;
        for (Node sum : sums) {
            double[] table = w.tables[plan.table(sum)];
            Arrays.fill(table, start(functionOf(sum)));
            // What does not vary along BATCH is the same for every sample and counts once.
            int samples = sum.arg(0).extent().has(Axis.BATCH) ? w.samples : 1;
            for (int unit = 0; unit < samples * perSample; unit++) {
                for (int c = 0; c < rowsOf(sum); c++) {
                    int to = plan.index(sum.extent(), unit / perSample, c);
                    double partial = w.partials[unit * rows() + row + c];
                    table[to] = combine(functionOf(sum), table[to], partial);
                }
            }
            row += rowsOf(sum);
        }
    }
}
