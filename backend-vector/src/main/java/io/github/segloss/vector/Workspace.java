package io.github.segloss.vector;

import io.github.segloss.backend.Arguments;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory of one run, kept for the next one: tables, temporaries, partial sums. */
final class Workspace {
    /** A thread that is never started: stands for all others in the question whether memory may be used by them. */
    private static final Thread ANOTHER = new Thread(() -> {});

    private static final float[] NO_ARRAY = {};
    private static final byte[] NO_BYTES = {};

    private final Plan plan;
    private final Axes[] tableExtents;

    /** The numbers without SPACE, by table. */
    final double[][] tables;

    /** The tensors of the caller, only during a run, and the temporaries, by number. */
    final MemorySegment[] segments;

    /** The arrays of those that are arrays of floats. */
    final float[][] arrays;

    /** The arrays of the tensors that are arrays of bytes, by slot; only during a run. */
    final byte[][] byteArrays;

    /** Where in its array a tensor begins. */
    final int[] starts;

    /** The tables of each pass as floats. */
    final float[] @Nullable [][] floatTables;

    /** What each pass in float32 runs. */
    final TileCode[] code;

    /** The partial sums of the units of a pass. */
    double[] partials = new double[0];

    final Pass.Units units;
    final List<double[]> spare = new ArrayList<>();
    int samples;
    int pixels;
    int[] sizes = new int[0];
    double[] spacing = new double[0];
    boolean accumulates;

    /** Whether all tensors may be used by other threads, which is not so for the memory of a confined arena. */
    boolean isShared;

    Workspace(Plan plan) {
        this.plan = plan;
        int count = plan.tableNodes().size();
        this.tables = new double[count][0];
        this.tableExtents = new Axes[count];
        this.segments = new MemorySegment[plan.slots().size() + plan.temporaries().size()];
        Arrays.fill(segments, MemorySegment.NULL);
        this.arrays = new float[segments.length][];
        this.byteArrays = new byte[segments.length][];
        Arrays.fill(byteArrays, NO_BYTES);
        this.starts = new int[segments.length];
        Arrays.fill(arrays, NO_ARRAY);
        this.code = new TileCode[plan.passes()];
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
        Limits.check(arguments.geometry(), plan.classes());
        samples = (int) arguments.geometry().batch();
        pixels = (int) arguments.geometry().pixels();
        accumulates = arguments.accumulates();
        bindSpace(arguments);
        isShared = true;
        for (int slot = 0; slot < plan.slots().size(); slot++) {
            Tensor tensor = arguments.tensor(plan.slots().get(slot));
            segments[slot] = tensor.segment();
            bindArray(slot);
            isShared &= segments[slot].isAccessibleBy(ANOTHER);
        }
        shareGradient();
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

    /** Lets the stash lie where the gradient will be. */
    private void shareGradient() {
        Stash stash = plan.stash();
        if (stash != null) {
            int from = plan.slot(stash.gradient());
            int to = plan.slot(stash.exponentials());
            segments[to] = segments[from];
            arrays[to] = arrays[from];
            starts[to] = starts[from];
        }
    }

    /** {@return whether the memory of the gradient can hold something else first: it is not added to, and is not that of an input} */
    boolean isGradientFree() {
        Stash stash = plan.stash();
        int gradient = stash == null ? -1 : plan.slot(stash.gradient());
        for (int slot = 0; stash != null && slot < plan.slots().size(); slot++) {
            if (slot != gradient && overlap(slot, gradient)) {
                return false;
            }
        }
        return stash == null || !accumulates;
    }

    private void bindArray(int slot) {
        MemorySegment segment = segments[slot];
        byteArrays[slot] = NO_BYTES;
        if (segment.heapBase().orElse(null) instanceof byte[] bytes
                && bytes.length <= Limits.MOST_PIXELS) {
            byteArrays[slot] = bytes;
            starts[slot] = (int) segment.address();
        }
        boolean isArray =
                segment.heapBase().orElse(null) instanceof float[] array
                        && segment.address() % Float.BYTES == 0
                        && array.length <= Limits.MOST_PIXELS // room to count a tile beyond the end
                        && bind(slot, array, segment.address() / Float.BYTES);
        if (!isArray) {
            arrays[slot] = NO_ARRAY;
        }
    }

    private boolean bind(int slot, float[] array, long start) {
        arrays[slot] = array;
        starts[slot] = (int) start;
        return true;
    }

    /** {@return whether two tensors share memory} */
    boolean overlap(int slot, int other) {
        MemorySegment a = segments[slot];
        MemorySegment b = segments[other];
        if (arrays[slot].length > 0 && arrays[other].length > 0) {
            return arrays[slot] == arrays[other]
                    && a.address() < b.address() + b.byteSize()
                    && b.address() < a.address() + a.byteSize();
        }
        return a.isNative() && b.isNative()
                ? a.address() < b.address() + b.byteSize()
                        && b.address() < a.address() + a.byteSize()
                : a.asOverlappingSlice(b).isPresent();
    }

    /** Takes made-up float32 tensors of one sample, to warm up on. */
    void bindDummies(MemoryAccess access, int dummyPixels, Arena arena) {
        samples = 1;
        pixels = dummyPixels;
        int elements = dummyPixels * plan.classes();
        for (int slot = 0; slot < segments.length; slot++) {
            arrays[slot] = access.isArrays() ? new float[elements] : NO_ARRAY;
            segments[slot] =
                    access.isArrays()
                            ? MemorySegment.ofArray(arrays[slot])
                            : arena.allocate((long) elements * Float.BYTES, Float.BYTES);
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

    /** Makes room for a temporary: an array, or other memory if it is too large for one. */
    void needTemporary(Node temporary) {
        int slot = plan.slot(temporary);
        long elements = (long) plan.size(temporary.extent(), samples) * pixels;
        long bytes = elements * plan.temporaryType().bytes();
        if (segments[slot].byteSize() >= bytes) {
            return;
        }
        segments[slot] = MemorySegment.NULL;
        arrays[slot] = NO_ARRAY;
        if (elements > Limits.mostInArray()) {
            segments[slot] = Arena.ofAuto().allocate(bytes, Double.BYTES);
        } else if (plan.isDouble()) {
            segments[slot] = MemorySegment.ofArray(new double[(int) elements]);
        } else {
            arrays[slot] = new float[(int) elements];
            segments[slot] = MemorySegment.ofArray(arrays[slot]);
        }
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

    /** Lets go of what grows with the images, so that a call for which memory did not suffice leaves it to others. */
    void release() {
        for (int slot = plan.slots().size(); slot < segments.length; slot++) {
            segments[slot] = MemorySegment.NULL;
            arrays[slot] = NO_ARRAY;
        }
        spare.clear();
        partials = new double[0];
    }

    /** Lets go of the caller's memory. */
    void unbind() {
        int tensors = plan.slots().size();
        Arrays.fill(segments, 0, tensors, MemorySegment.NULL);
        Arrays.fill(arrays, 0, tensors, NO_ARRAY);
        shareGradient();
        Arrays.fill(byteArrays, NO_BYTES);
    }
}
