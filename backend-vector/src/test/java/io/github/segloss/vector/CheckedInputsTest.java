package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckedInputsTest {
    private final Expr x = input("x");
    private final Expr y = input("y");
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();

    private static Expr input(String name) {
        return Expr.of(
                Nodes.input(new Op.Input(Role.OTHER, name, Axes.ALL, ValueType.FLOAT, false)));
    }

    private static Expr difference(Expr value) {
        return value.sub(value);
    }

    private Set<Node> reported(String... checks) {
        Program program = Partitioner.partition(Graph.of(3, outputs), Map.of(), Set.of(checks));
        return CheckedInputs.of(program);
    }

    @Test
    void whatAChecksSumsAreMadeOfIsReported() {
        Expr terms = difference(x).add(y.lt(0).toExpr()).add(difference(y));
        outputs.put("sum", x.add(y).sum(Axes.ALL).node());
        outputs.put("check", terms.sum(Axes.ALL).add(x.sum(Axes.ALL)).node());
        assertEquals(2, reported("check").size());
        assertEquals(Set.of(), reported());
        assertEquals(Set.of(), reported("sum"));
    }

    @Test
    void whatMayHideANaNIsNot() {
        outputs.put("product", difference(x).mul(y).sum(Axes.ALL).node());
        outputs.put("largest", difference(x).max(Axes.ALL).node());
        outputs.put("negative", difference(x).sum(Axes.ALL).lt(0).toExpr().node());
        assertEquals(Set.of(), reported("product", "largest", "negative"));
    }
}
