package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Scalar;
import io.github.segloss.graph.UnaryFunction;
import java.util.Arrays;
import java.util.List;

/** The numbers between two passes, in float64, on the caller's thread. */
final class TableStage implements Stage {
    private final Plan plan;
    private final List<Node> body;
    private final String name;

    TableStage(Plan plan, List<Node> body, String name) {
        this.plan = plan;
        this.body = body;
        this.name = name;
    }

    @Override
    public String describe() {
        return name + ": " + body.size() + " nodes";
    }

    @Override
    public void run(Workspace w) {
        for (int i = 0; i < body.size(); i++) {
            Node node = body.get(i);
            double[] out = w.tables[plan.table(node)];
            if (node.op() instanceof Op.Reduce(ReduceFunction f, _)) {
                reduce(w, f, node, out);
            } else {
                compute(w, node, out);
            }
        }
    }

    private double at(Workspace w, Node node, int sample, int klass) {
        return w.tables[plan.table(node)][plan.index(node.extent(), sample, klass)];
    }

    private int samplesOf(Workspace w, Node node) {
        return node.extent().has(Axis.BATCH) ? w.samples : 1;
    }

    private int classesOf(Node node) {
        return node.extent().has(Axis.CLASS) ? plan.classes() : 1;
    }

    private void compute(Workspace w, Node node, double[] out) {
        if (node.op() instanceof Op.Unary(UnaryFunction f)
                && (f == UnaryFunction.CAST || f == UnaryFunction.DETACH)) {
            return; // a view of its argument
        }
        for (int n = 0; n < samplesOf(w, node); n++) {
            for (int c = 0; c < classesOf(node); c++) {
                out[plan.index(node.extent(), n, c)] = computeAt(w, node, n, c);
            }
        }
    }

    private double computeAt(Workspace w, Node node, int n, int c) {
        return switch (node.op()) {
            case Op.Unary(UnaryFunction f) -> Scalar.apply(f, at(w, node.arg(0), n, c));
            case Op.Binary(BinaryFunction f) ->
                    Scalar.apply(f, at(w, node.arg(0), n, c), at(w, node.arg(1), n, c));
            case Op.Select _ ->
                    at(w, node.arg(0), n, c) != 0
                            ? at(w, node.arg(1), n, c)
                            : at(w, node.arg(2), n, c);
            case Op.ClassMix(boolean transposed) -> {
                double[] matrix = w.tables[plan.table(node.arg(0))];
                int classes = plan.classes();
                double sum = 0;
                for (int k = 0; k < classes; k++) {
                    double m = matrix[transposed ? k * classes + c : c * classes + k];
                    sum += m * at(w, node.arg(1), n, k);
                }
                yield sum;
            }
            default -> throw new IllegalStateException("not a table: " + node);
        };
    }

    private void reduce(Workspace w, ReduceFunction f, Node node, double[] out) {
        Node arg = node.arg(0);
        if (f == ReduceFunction.ARGMAX) {
            argmax(w, arg, node, out);
            return;
        }
        Arrays.fill(out, Pass.start(f));
        for (int n = 0; n < samplesOf(w, arg); n++) {
            for (int c = 0; c < classesOf(arg); c++) {
                int to = plan.index(node.extent(), n, c);
                out[to] = Pass.combine(f, out[to], at(w, arg, n, c));
            }
        }
    }

    private void argmax(Workspace w, Node arg, Node node, double[] out) {
        for (int n = 0; n < samplesOf(w, node); n++) {
            int winner = 0;
            for (int c = 1; c < classesOf(arg); c++) {
                winner = at(w, arg, n, c) > at(w, arg, n, winner) ? c : winner;
            }
            out[plan.index(node.extent(), n, 0)] = winner;
        }
    }
}
