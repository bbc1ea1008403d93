package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a pass computes, after rewriting: the nodes of the program's graph stay the names of tables, loads and results, the work between them may differ.
 *
 * @param body the nodes on the pixels, arguments before their users
 * @param sums the reductions over the pixels
 * @param stores what is written
 */
record PassGraph(List<Node> body, List<Sum> sums, List<Write> stores) {
    /**
     * A reduction over the pixels.
     *
     * @param result the node of the program's graph whose table it fills
     * @param argument what is reduced; without CLASS where the rewriting has contracted it
     * @param addition in which lanes the terms are added within a tile in float32
     */
    record Sum(Node result, Node argument, Addition addition) {
        ReduceFunction function() {
            return ((Op.Reduce) result.op()).function();
        }

        /** {@return how many values a tile adds to: one, or one for each class} */
        int rows(int classes) {
            return result.extent().has(Axis.CLASS) ? classes : 1;
        }
    }

    /**
     * A store.
     *
     * @param target what the program's graph says of it
     * @param value what is stored
     */
    record Write(Store target, Node value) {}

    /**
     * {@return what a pass of a program computes, rewritten}
     *
     * @param kernel the pass
     * @param plan the plan
     * @param ranges the ranges of values
     */
    static PassGraph of(GridKernel kernel, Plan plan, Ranges ranges) {
        Rewriting rewriting = new Rewriting(kernel, plan, UnaryOperator.identity());
        List<Sum> sums = new ArrayList<>();
        for (Node node : kernel.accumulators()) {
            Node argument = rewriting.contracted(node);
            sums.add(new Sum(node, argument, Addition.of(argument, ranges)));
        }
        return rewriting.graph(sums);
    }

    /**
     * {@return the same results, with what a stash holds read and not computed}
     *
     * @param kernel the pass
     * @param plan the plan
     * @param stash the stash
     */
    PassGraph reading(GridKernel kernel, Plan plan, Stash stash) {
        Rewriting rewriting = new Rewriting(kernel, plan, stash::read);
        // How terms are added must not depend on whether parts of them are read or computed.
        return rewriting.graph(
                sums.stream()
                        .map(sum -> new Sum(sum.result(), rewriting.argument(sum), sum.addition()))
                        .toList());
    }

    /** A pass on its way from the program's graph. */
    private static final class Rewriting {
        private final GridKernel kernel;
        private final UnaryOperator<Node> reading;
        private final OneHotRewriting classes;
        private final BottomUp rules;

        Rewriting(GridKernel kernel, Plan plan, UnaryOperator<Node> reading) {
            this.kernel = kernel;
            this.reading = reading;
            List<Node> roots = new ArrayList<>();
            kernel.accumulators().forEach(node -> roots.add(reading.apply(node.arg(0))));
            kernel.stores().forEach(store -> roots.add(reading.apply(store.value())));
            this.classes = new OneHotRewriting(roots, plan.classes());
            SimplerForms forms = new SimplerForms(plan::isOfUnsignedBytes);
            this.rules = new BottomUp(node -> ChosenTerms.rule(forms.rule(node)));
        }

        private Node rewrite(Node node) {
            return rules.rewrite(classes.rewrite(reading.apply(node)));
        }

        /** What a reduction reduces, summed over CLASS already where that is a mere choice of one class. */
        Node contracted(Node reduction) {
            Axes axes = ((Op.Reduce) reduction.op()).axes();
            Node argument = classes.rewrite(reduction.arg(0));
            return rules.rewrite(classes.contracted(reduction, argument, axes));
        }

        /** What a sum that is known already adds up: in as many terms as it did. */
        Node argument(Sum sum) {
            Node argument = rewrite(sum.result().arg(0));
            boolean isContracted = !sum.argument().extent().has(Axis.CLASS);
            return isContracted && argument.extent().has(Axis.CLASS)
                    ? Nodes.sum(argument, Axes.CLASS)
                    : argument;
        }

        PassGraph graph(List<Sum> sums) {
            List<Node> ends = new ArrayList<>();
            sums.forEach(sum -> ends.add(sum.argument()));
            List<Write> stores = new ArrayList<>();
            for (Store store : kernel.stores()) {
                Write write = new Write(store, rewrite(store.value()));
                stores.add(write);
                ends.add(write.value());
            }
            return new PassGraph(order(ends), List.copyOf(sums), List.copyOf(stores));
        }
    }

    /** Everything on the pixels that some nodes need, arguments first; what is loaded is not looked behind. */
    static List<Node> order(Collection<Node> ends) {
        Map<Node, Boolean> seen = new IdentityHashMap<>();
        List<Node> order = new ArrayList<>();
        ends.forEach(node -> visit(node, seen, order));
        return List.copyOf(order);
    }

    private static void visit(Node node, Map<Node, Boolean> seen, List<Node> order) {
        if (!node.extent().isGrid() || seen.put(node, true) != null) {
            return;
        }
        if (!GridKernel.isLoad(node)) {
            node.args().forEach(arg -> visit(arg, seen, order));
        }
        order.add(node);
    }
}
