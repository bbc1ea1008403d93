package io.github.segloss.vector;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.Program;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** What the checks of a program say of its inputs: where a check is NaN, no other result counts. */
final class CheckedInputs {
    private CheckedInputs() {}

    /** {@return the inputs x of which a check sums up {@code x - x}: if one is NaN or infinite somewhere, so is the check} */
    static Set<Node> of(Program program) {
        Set<Node> checked = newSet();
        program.checks().forEach(name -> addTerms(program.graph().outputs().get(name), checked));
        Set<Node> terms = newSet();
        checked.stream().filter(CheckedInputs::isSum).forEach(sum -> addTerms(sum.arg(0), terms));
        Set<Node> inputs = newSet();
        terms.stream()
                .filter(CheckedInputs::isDifferenceToItself)
                .map(term -> term.arg(0))
                .filter(x -> x.op() instanceof Op.Input)
                .forEach(inputs::add);
        return inputs;
    }

    private static Set<Node> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Adds what a value is the sum of: if one of it is NaN, so is the value. */
    private static void addTerms(Node node, Set<Node> terms) {
        if (node.op() instanceof Op.Binary(BinaryFunction f) && f == BinaryFunction.ADD) {
            node.args().forEach(arg -> addTerms(arg, terms));
        } else {
            terms.add(node);
        }
    }

    private static boolean isSum(Node node) {
        return node.op() instanceof Op.Reduce(ReduceFunction f, _) && f == ReduceFunction.SUM;
    }

    private static boolean isDifferenceToItself(Node node) {
        return node.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.SUB
                && node.arg(0) == node.arg(1);
    }
}
