package io.github.segloss.vector;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.vector.Step.Operand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tables that a pass in float32 reads, by the number under which its steps find them. */
final class FloatTables {
    private final Plan plan;
    private final List<Integer> ids = new ArrayList<>();
    private final List<Double> constants = new ArrayList<>();

    FloatTables(Plan plan) {
        this.plan = plan;
    }

    /** {@return where a node without SPACE is found} */
    Operand operand(Node node) {
        int id = plan.table(node);
        int at = ids.indexOf(id);
        if (at < 0) {
            at = ids.size();
            ids.add(id);
            constants.add(0.0);
        }
        int perSample = node.extent().has(Axis.CLASS) ? plan.classes() : 1;
        return new Operand(
                false,
                at,
                node.extent().has(Axis.CLASS) ? 1 : 0,
                node.extent().has(Axis.BATCH) ? perSample : 0);
    }

    /** {@return where a number of the steps' own is found} */
    Operand constant(double value) {
        ids.add(-1);
        constants.add(value);
        return new Operand(false, ids.size() - 1, 0, 0);
    }

    /** {@return room for the tables as floats} */
    float[][] allocate() {
        return new float[ids.size()][0];
    }

    /** {@return made-up tables of any extent in one sample, to warm up on} */
    float[][] allocateDummies() {
        float[][] dummies = new float[ids.size()][plan.classes() * plan.classes()];
        for (float[] dummy : dummies) {
            Arrays.fill(dummy, 0.5f);
        }
        return dummies;
    }

    /** Rounds the tables of a workspace to floats. */
    void convert(double[][] tables, float[][] to) {
        for (int k = 0; k < to.length; k++) {
            int id = ids.get(k);
            int length = id < 0 ? 1 : tables[id].length;
            if (to[k].length != length) {
                to[k] = new float[length];
            }
            for (int i = 0; i < length; i++) {
                to[k][i] = (float) (id < 0 ? constants.get(k) : tables[id][i]);
            }
        }
    }
}
