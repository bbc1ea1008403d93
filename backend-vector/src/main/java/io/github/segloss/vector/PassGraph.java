package io.github.segloss.vector;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

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
     */
    record Sum(Node result, Node argument) {
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
     */
    static PassGraph of(GridKernel kernel, Plan plan) {
        List<Node> roots = new ArrayList<>();
        kernel.accumulators().forEach(node -> roots.add(node.arg(0)));
        kernel.stores().forEach(store -> roots.add(store.value()));
        OneHotRewriting rewriting = new OneHotRewriting(roots, plan.classes());
        SimplerForms forms = new SimplerForms(plan::isOfUnsignedBytes);
        ChosenTerms terms = new ChosenTerms();
        List<Sum> sums = new ArrayList<>();
        for (Node node : kernel.accumulators()) {
            Axes axes = ((Op.Reduce) node.op()).axes();
            Node argument = rewriting.rewrite(node.arg(0));
            Node contracted = rewriting.contracted(node, argument, axes);
            sums.add(new Sum(node, terms.rewrite(forms.rewrite(contracted))));
        }
        List<Write> stores = new ArrayList<>();
        for (Store store : kernel.stores()) {
            Node value = forms.rewrite(rewriting.rewrite(store.value()));
            stores.add(new Write(store, terms.rewrite(value)));
        }
        List<Node> ends = new ArrayList<>();
        sums.forEach(sum -> ends.add(sum.argument()));
        stores.forEach(store -> ends.add(store.value()));
        return new PassGraph(order(ends), List.copyOf(sums), List.copyOf(stores));
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
