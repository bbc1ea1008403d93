package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import io.github.segloss.program.StructuredKernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An op on whole arrays. Arguments and results are planes of float64, one for each sample and class. */
abstract class StructuredStage implements Stage {
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

    /** {@return the plane of an argument for one sample and class; a spare array is filled for what is not there as a plane} */
    final double[] argument(Workspace w, Node arg, int sample, int klass, int spare) {
        int index = plan.index(arg.extent(), sample, klass);
        if (plan.hasPlanes(arg)) {
            return w.planes[plan.planes(arg)][index];
        }
        double[] values = w.spare(spare, w.pixels);
        if (arg.op() instanceof Op.Input input && arg.extent().isGrid()) {
            DoubleRows.read(
                    plan.type(input.name()),
                    w.segments[plan.slot(input.name())],
                    (long) index * w.pixels,
                    values,
                    0,
                    w.pixels);
        } else {
            Arrays.fill(values, 0, w.pixels, w.tables[plan.table(arg)][index]);
        }
        return values;
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
