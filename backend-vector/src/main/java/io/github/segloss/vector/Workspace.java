package io.github.segloss.vector;

import io.github.segloss.backend.Arguments;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory of one run, kept for the next one: tables, temporaries, partial sums. */
final class Workspace {
    private final Plan plan;
    private final Axes[] tableExtents;

    /** The numbers without SPACE, by table. */
    final double[][] tables;

    /** The tensors, by slot; only during a run. */
    final MemorySegment[] segments;

    /** Temporaries, by number, then sample and class. */
    final double[][][] planes;

    /** The tables of each pass as floats. */
    final float[] @Nullable [][] floatTables;

    /** The partial sums of the units of a pass. */
    double[] partials = new double[0];

    final Pass.Units units;
    final List<double[]> spare = new ArrayList<>();
    int samples;
    int pixels;
    int[] sizes = new int[0];
    double[] spacing = new double[0];
    boolean accumulates;

    Workspace(Plan plan) {
        this.plan = plan;
        int count = plan.tableNodes().size();
        this.tables = new double[count][0];
        this.tableExtents = new Axes[count];
        this.segments = new MemorySegment[plan.slots().size()];
        this.planes = new double[plan.planeNodes().size()][0][];
        this.floatTables = new float[plan.passes()][][];
        this.units = new Pass.Units(this);
        for (int id = 0; id < count; id++) {
            Node node = plan.tableNodes().get(id);
            tableExtents[id] = node.extent();
            switch (node.op()) {
                case Op.Constant(double value) -> tables[id] = new double[] {value};
                case Op.ClassTable(List<Double> values) ->
                        tables[id] = values.stream().mapToDouble(Double::doubleValue).toArray();
                case Op.ClassIndex _ -> {
                    tables[id] = new double[plan.classes()];
                    Arrays.setAll(tables[id], c -> c);
                }
                default -> {}
            }
        }
    }

    /** Takes the sizes, tensors and tables of a run. */
    void bind(Arguments arguments) {
        samples = Math.toIntExact(arguments.geometry().batch());
        pixels = Math.toIntExact(arguments.geometry().pixels());
        accumulates = arguments.accumulates();
        bindSpace(arguments);
        for (int slot = 0; slot < segments.length; slot++) {
            Tensor tensor = arguments.tensor(plan.slots().get(slot));
            segments[slot] = tensor.segment();
        }
        for (int id = 0; id < tables.length; id++) {
            Node node = plan.tableNodes().get(id);
            switch (node.op()) {
                case Op.Constant _, Op.ClassTable _, Op.ClassIndex _ -> {}
                case Op.Input input -> {
                    double[] given = arguments.table(input.name());
                    if (tables[id].length != given.length) {
                        tables[id] = new double[given.length];
                    }
                    System.arraycopy(given, 0, tables[id], 0, given.length);
                }
                case Op.Size(Axes axes) -> {
                    needTable(id, 1);
                    tables[id][0] = elements(axes);
                }
                default -> needTable(id, plan.size(tableExtents[id], samples));
            }
        }
    }

    private void bindSpace(Arguments arguments) {
        var shape = arguments.geometry().space();
        int rank = shape.rank();
        if (sizes.length != rank) {
            sizes = new int[rank];
            spacing = new double[rank];
        }
        for (int axis = 0; axis < rank; axis++) {
            sizes[axis] = Math.toIntExact(shape.size(axis));
            spacing[axis] = arguments.geometry().spacing().get(axis);
        }
    }

    private double elements(Axes axes) {
        double count = axes.has(Axis.BATCH) ? samples : 1;
        count *= axes.has(Axis.CLASS) ? plan.classes() : 1;
        return axes.isGrid() ? count * pixels : count;
    }

    private void needTable(int id, int size) {
        if (tables[id].length != size) {
            tables[id] = new double[size];
        }
    }

    void needPartials(int size) {
        if (partials.length < size) {
            partials = new double[size];
        }
    }

    /** {@return the planes of a temporary, each as large as a sample} */
    double[][] needPlanes(int id) {
        int count = plan.size(plan.planeNodes().get(id).extent(), samples);
        if (planes[id].length != count) {
            planes[id] = new double[count][];
        }
        for (int k = 0; k < count; k++) {
            if (planes[id][k] == null || planes[id][k].length != pixels) {
                planes[id][k] = new double[pixels];
            }
        }
        return planes[id];
    }

    /** {@return memory of at least some size for whoever needs it inside a stage} */
    double[] spare(int number, int size) {
        while (spare.size() <= number) {
            spare.add(new double[0]);
        }
        if (spare.get(number).length < size) {
            spare.set(number, new double[size]);
        }
        return spare.get(number);
    }

    /** Lets go of the caller's memory. */
    void unbind() {
        Arrays.fill(segments, MemorySegment.NULL);
    }
}
