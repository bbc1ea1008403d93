package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import io.github.segloss.program.StructuredKernel;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An op on whole arrays. Arguments and results are planes of float64, one for each sample and class. */
abstract class StructuredStage implements Stage {
    private static final float[] NO_ARRAY = {};

    private final Plan plan;
    private final List<Node> nodes;

    StructuredStage(Plan plan, List<Node> nodes) {
        this.plan = plan;
        this.nodes = nodes;
    }

    static StructuredStage of(StructuredKernel kernel, Plan plan) {
        Node node = kernel.nodes().getFirst();
        return switch (node.op()) {
            case Op.RankedSum _ -> new RankedSums(plan, kernel.nodes());
            case Op.DistanceTransform _ -> new Distances(plan, kernel.nodes());
            case Op.WindowExtreme(Window w) -> new Windows(plan, kernel.nodes(), w);
            case Op.WindowScatter(Window w) -> new Windows(plan, kernel.nodes(), w);
            case Op.WindowGather(Window w) -> new Windows(plan, kernel.nodes(), w);
            default -> throw new IllegalStateException("not a structured op: " + node);
        };
    }

    /** {@return the arguments that the stage of a kernel reads; of a mask and its negation, the first is enough} */
    static List<Node> arguments(List<Node> nodes) {
        return switch (nodes.getFirst().op()) {
            case Op.DistanceTransform _ -> nodes.getFirst().args();
            case Op.RankedSum _ when RankedSums.isCount(nodes) -> nodes.getFirst().args();
            default -> nodes.stream().flatMap(node -> node.args().stream()).toList();
        };
    }

    final Plan plan() {
        return plan;
    }

    /** {@return the first node, which says what all of them have in common} */
    final Node node() {
        return nodes.getFirst();
    }

    /** {@return the nodes whose results are computed} */
    final List<Node> nodes() {
        return nodes;
    }

    @Override
    public String describe() {
        return nodes.stream()
                .map(plan.program().graph()::describe)
                .collect(Collectors.joining(", "));
    }

    final int samplesOf(Node value, Workspace w) {
        return value.extent().has(Axis.BATCH) ? w.samples : 1;
    }

    final int classesOf(Node value) {
        return value.extent().has(Axis.CLASS) ? plan.classes() : 1;
    }

    // ---- arguments and results, one plane of a sample and class at a time

    /** {@return which plane of a value a sample and class are} */
    final int plane(Node value, int sample, int klass) {
        return plan.index(value.extent(), sample, klass);
    }

    /** {@return the number of the tensor or temporary that a value is} */
    final int slot(Node value) {
        return value.op() instanceof Op.Input input ? plan.slot(input.name()) : plan.slot(value);
    }

    /** {@return the array of a tensor or temporary that is one of floats, else one without elements} */
    final float[] array(Workspace w, Node value) {
        return value.extent().isGrid() ? w.arrays[slot(value)] : NO_ARRAY;
    }

    /** {@return where in its array a sample and class of a value begin} */
    final int start(Workspace w, Node value, int sample, int klass) {
        return w.starts[slot(value)] + plane(value, sample, klass) * w.pixels;
    }

    private DType type(Node value) {
        return value.op() instanceof Op.Input input
                ? plan.type(input.name())
                : plan.temporaryType();
    }

    /** Copies an argument for one sample and class, with the help of the pool. */
    final double[] argument(Workspace w, Node arg, int sample, int klass, int spare) {
        double[] values = w.spare(spare, w.pixels);
        forChunks(w, (from, end) -> read(w, arg, sample, klass, from, values, from, end - from));
        return values;
    }

    /** Copies some elements of an argument. */
    final void read(
            Workspace w,
            Node arg,
            int sample,
            int klass,
            int from,
            double[] values,
            int to,
            int count) {
        int plane = plane(arg, sample, klass);
        if (arg.extent().isGrid()) {
            long first = (long) plane * w.pixels + from;
            DoubleRows.read(type(arg), w.segments[slot(arg)], first, values, to, count);
        } else {
            Arrays.fill(values, to, to + count, w.tables[plan.table(arg)][plane]);
        }
    }

    /** Copies a result of one sample and class to where it belongs, with the help of the pool. */
    final void write(Workspace w, Node result, int sample, int klass, double[] values) {
        forChunks(
                w, (from, end) -> write(w, result, sample, klass, from, values, from, end - from));
    }

    /** Copies some elements of a result to where they belong. */
    final void write(
            Workspace w,
            Node result,
            int sample,
            int klass,
            int to,
            double[] values,
            int from,
            int count) {
        long first = (long) plane(result, sample, klass) * w.pixels + to;
        DType type = plan.temporaryType();
        DoubleRows.write(type, w.segments[slot(result)], first, values, from, count);
    }

    /** Work on neighbouring elements of a plane, from one to before another. */
    @FunctionalInterface
    interface Range {
        void run(int from, int end);
    }

    private void forChunks(Workspace w, Range range) {
        inParallel(
                (w.pixels + Pass.UNIT - 1) / Pass.UNIT,
                w.isShared ? w.pixels : 0,
                unit -> range.run(unit * Pass.UNIT, Math.min(w.pixels, (unit + 1) * Pass.UNIT)));
    }

    /** Does units of work with the help of the pool. */
    final void inParallel(int units, long elements, IntUnit unit) {
        UnitJob job = new UnitJob(unit);
        job.start(units);
        plan.workers().run(job, elements);
    }

    /** A unit of work by its number. */
    @FunctionalInterface
    interface IntUnit {
        void run(int unit);
    }

    private static final class UnitJob extends Workers.Job {
        private final IntUnit unit;

        UnitJob(IntUnit unit) {
            this.unit = unit;
        }

        @Override
        void work() {
            for (int next = claim(); next >= 0; next = claim()) {
                unit.run(next);
            }
        }
    }
}
