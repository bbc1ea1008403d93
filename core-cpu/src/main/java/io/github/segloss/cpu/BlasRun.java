package io.github.segloss.cpu;

import io.github.segloss.backend.Arguments;
import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One run of a plan: step after step, each shared out over the workers in fixed blocks of a plane (the pixels of one sample and class). Sums are taken tile by
 * tile and combined in order, so that the result does not depend on the number of workers.
 */
final class BlasRun {
    /** The pixels of a block, the share of a worker at a time. */
    static final int BLOCK = 16 * BlasScratch.TILE;

    /** Fewer elements than this are not worth waking another thread for. */
    private static final long WORTH_SHARING = 4L * BLOCK;

    /** A thread that is never started: stands for all others in the question whether memory may be used by them. */
    private static final Thread ANOTHER = new Thread(() -> {});

    private final BlasPlan plan;
    private final Arguments arguments;
    private final BlasWorkspace workspace;
    private final BlasWorkers workers;
    private final Tables tables;
    private final BlasData data;
    private final int pixels;
    private final boolean isShared;

    BlasRun(BlasPlan plan, Arguments arguments, BlasWorkspace workspace, BlasWorkers workers) {
        this.plan = plan;
        this.arguments = arguments;
        this.workspace = workspace;
        this.workers = workers;
        this.tables = new Tables(plan.program(), arguments);
        this.pixels = Math.toIntExact(arguments.geometry().pixels());
        this.data = new BlasData(arguments, tables, workspace, pixels);
        this.isShared = isAccessibleToAll(plan.program(), arguments);
    }

    /** Whether all tensors may be used by other threads, which is not so for the memory of a confined arena. */
    private static boolean isAccessibleToAll(Program program, Arguments arguments) {
        boolean all = true;
        for (Op.Input input : program.graph().inputs()) {
            all &= !input.isPixelInput() || isAccessibleToAll(arguments.tensor(input.name()));
        }
        for (Map.Entry<String, Axes> output : program.outputs().entrySet()) {
            all &=
                    !output.getValue().isGrid()
                            || isAccessibleToAll(arguments.tensor(output.getKey()));
        }
        return all;
    }

    private static boolean isAccessibleToAll(Tensor tensor) {
        return tensor.segment().isAccessibleBy(ANOTHER);
    }

    Map<String, double[]> run() {
        for (BlasStep step : plan.steps()) {
            switch (step) {
                case BlasStep.Table(Node node) -> tables.compute(node);
                case BlasStep.Pointwise pointwise -> pointwise(pointwise);
                case BlasStep.Copy copy -> copy(copy);
                case BlasStep.ClassReduction reduction -> reduceClasses(reduction);
                case BlasStep.ClassMix mix -> mix(mix);
                case BlasStep.Sum sum -> sum(sum);
                case BlasStep.Extreme extreme -> extreme(extreme);
                case BlasStep.Plane plane -> plane(plane);
                case BlasStep.RankedSums ranked -> rankedSums(ranked);
            }
        }
        return tables.outputs();
    }

    // ---- sharing out

    /** What is done with a run of pixels of one sample and class. */
    private interface Pixels {
        void run(BlasScratch scratch, int sample, int klass, int start, int count);
    }

    private int sample(Axes extent, int plane) {
        if (!extent.has(Axis.BATCH)) {
            return 0;
        }
        return extent.has(Axis.CLASS) ? plane / tables.classes() : plane;
    }

    private int klass(Axes extent, int plane) {
        return extent.has(Axis.CLASS) ? plane % tables.classes() : 0;
    }

    /** Goes over all pixels of all planes of an extent. */
    private void overBlocks(Axes extent, Pixels body) {
        int blocks = (int) (((long) pixels + BLOCK - 1) / BLOCK);
        int planes = tables.size(extent);
        boolean alone = !isShared || (long) planes * pixels < WORTH_SHARING;
        workers.forEach(
                Math.multiplyExact(planes, blocks),
                alone ? 1 : workers.count(),
                (part, worker) -> {
                    int plane = part / blocks;
                    int start = part % blocks * BLOCK;
                    body.run(
                            workspace.scratch(worker),
                            sample(extent, plane),
                            klass(extent, plane),
                            start,
                            Math.min(BLOCK, pixels - start));
                });
    }

    private void overTiles(Axes extent, Pixels body) {
        overBlocks(
                extent,
                (scratch, sample, klass, start, count) -> {
                    for (int done = 0; done < count; done += BlasScratch.TILE) {
                        int tile = Math.min(BlasScratch.TILE, count - done);
                        body.run(scratch, sample, klass, start + done, tile);
                    }
                });
    }

    // ---- pointwise steps

    private void pointwise(BlasStep.Pointwise step) {
        List<BlasSource> args = step.reads();
        overTiles(
                step.to().extent(),
                (s, sample, klass, start, n) -> {
                    data.load(args.get(0), sample, klass, start, n, s.a, s);
                    if (args.size() > 1) {
                        data.load(args.get(1), sample, klass, start, n, s.b, s);
                    }
                    if (args.size() > 2) {
                        data.load(args.get(2), sample, klass, start, n, s.c, s);
                    }
                    switch (step.node().op()) {
                        case Op.Unary(var f) -> BlasLoops.unary(f, s.a, s.out, n);
                        case Op.Binary(var f) -> BlasLoops.binary(f, s.a, s.b, s.out, n);
                        case Op.Select _ -> BlasLoops.select(s.a, s.b, s.c, s.out, n);
                        default -> throw new IllegalStateException("not pointwise: " + step);
                    }
                    data.store(s.out, step.to(), sample, klass, start, n, s);
                });
    }

    private void copy(BlasStep.Copy step) {
        overTiles(
                step.to().extent(),
                (s, sample, klass, start, n) -> {
                    data.load(step.from(), sample, klass, start, n, s.a, s);
                    data.store(s.a, step.to(), sample, klass, start, n, s);
                });
    }

    private void reduceClasses(BlasStep.ClassReduction step) {
        ReduceFunction f = step.function();
        overTiles(
                step.to().extent(),
                (s, sample, _, start, n) -> {
                    data.load(step.from(), sample, 0, start, n, s.a, s);
                    Arrays.fill(s.out, 0, n, 0); // the winner, for ARGMAX
                    for (int c = 1; c < tables.classes(); c++) {
                        data.load(step.from(), sample, c, start, n, s.b, s);
                        if (f == ReduceFunction.ARGMAX) {
                            BlasLoops.argmax(s.b, c, s.a, s.out, n);
                        } else {
                            for (int i = 0; i < n; i++) {
                                s.a[i] = Tables.combine(f, s.a[i], s.b[i]);
                            }
                        }
                    }
                    double[] result = f == ReduceFunction.ARGMAX ? s.out : s.a;
                    data.store(result, step.to(), sample, 0, start, n, s);
                });
    }

    // ---- BLAS

    private void mix(BlasStep.ClassMix step) {
        double[] values = tables.get(step.matrix());
        MemorySegment matrix = workspace.matrix();
        boolean isSingle = plan.work() == BlasElement.SINGLE;
        for (int i = 0; i < values.length; i++) {
            if (isSingle) {
                matrix.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
            } else {
                matrix.setAtIndex(ValueLayout.JAVA_DOUBLE, i, values[i]);
            }
        }
        long m = matrix.address();
        long base = workspace.block().address();
        int classes = tables.classes();
        boolean transposed = step.transposed();
        Axes samples = step.to().extent().minus(Axes.CLASS);
        overBlocks(
                samples,
                (s, sample, _, start, n) -> {
                    long from = base + data.address(step.from(), sample, 0, start);
                    long to = base + data.address(step.to(), sample, 0, start);
                    if (isSingle) {
                        var x = s.floatX.at(m);
                        var y = s.floatY.at(from);
                        var z = s.floatZ.at(to);
                        OpenBlas.mix(transposed, classes, n, x, y, z, pixels);
                    } else {
                        var x = s.x.at(m);
                        var y = s.y.at(from);
                        var z = s.z.at(to);
                        OpenBlas.mix(transposed, classes, n, x, y, z, pixels);
                    }
                });
    }

    private void sum(BlasStep.Sum step) {
        BlasSource times = step.times();
        reduce(
                step.node(),
                ReduceFunction.SUM,
                step.over(),
                (s, sample, klass, start, n) -> {
                    long x = operand(0, step.from(), sample, klass, start, n, s);
                    long y;
                    if (times == null) {
                        y = s.operands.address() + BlasScratch.operandOffset(2);
                    } else if (times.equals(step.from())) {
                        y = x;
                    } else {
                        y = operand(1, times, sample, klass, start, n, s);
                    }
                    return OpenBlas.dot(n, s.x.at(x), s.y.at(y));
                });
    }

    /** The address of a tile as float64 off the heap: the array itself if it is that, else a copy. */
    private long operand(
            int number, BlasSource source, int sample, int klass, int start, int n, BlasScratch s) {
        if (source instanceof OfArray array && array.element() == BlasElement.DOUBLE) {
            return workspace.block().address() + data.address(array, sample, klass, start);
        }
        data.load(source, sample, klass, start, n, s.a, s);
        long at = BlasScratch.operandOffset(number);
        MemorySegment.copy(s.a, 0, s.operands, ValueLayout.JAVA_DOUBLE, at, n);
        return s.operands.address() + at;
    }

    private void extreme(BlasStep.Extreme step) {
        ReduceFunction f = step.function();
        reduce(
                step.node(),
                f,
                step.from().extent(),
                (s, sample, klass, start, n) -> {
                    data.load(step.from(), sample, klass, start, n, s.a, s);
                    double partial = Tables.startOf(f);
                    for (int i = 0; i < n; i++) {
                        partial = Tables.combine(f, partial, s.a[i]);
                    }
                    return partial;
                });
    }

    /** What one tile contributes to a reduction. */
    private interface Partial {
        double of(BlasScratch scratch, int sample, int klass, int start, int count);
    }

    private void reduce(Node node, ReduceFunction f, Axes over, Partial partial) {
        int tiles = (int) (((long) pixels + BlasScratch.TILE - 1) / BlasScratch.TILE);
        double[] partials = workspace.partials(Math.multiplyExact(tables.size(over), tiles));
        overTiles(
                over,
                (s, sample, klass, start, n) -> {
                    int at = tables.index(over, sample, klass) * tiles + start / BlasScratch.TILE;
                    partials[at] = partial.of(s, sample, klass, start, n);
                });
        double[] totals = Tables.startOf(f, tables.size(node.extent()));
        for (int plane = 0; plane < tables.size(over); plane++) {
            double ofPlane = Tables.startOf(f);
            for (int tile = 0; tile < tiles; tile++) {
                ofPlane = Tables.combine(f, ofPlane, partials[plane * tiles + tile]);
            }
            int to = tables.index(node.extent(), sample(over, plane), klass(over, plane));
            totals[to] = Tables.combine(f, totals[to], ofPlane);
        }
        tables.set(node, totals);
    }

    // ---- structured ops

    private void plane(BlasStep.Plane step) {
        Axes extent = step.to().extent();
        workers.forEach(
                tables.size(extent),
                isShared ? workers.count() : 1,
                (plane, worker) -> {
                    BlasScratch s = workspace.scratch(worker);
                    int sample = sample(extent, plane);
                    int klass = klass(extent, plane);
                    double[] x = s.plane(0, pixels);
                    double[] second = x;
                    data.loadPlane(step.reads().get(0), sample, klass, x, 0, s);
                    if (step.reads().size() > 1) {
                        second = s.plane(1, pixels);
                        data.loadPlane(step.reads().get(1), sample, klass, second, 0, s);
                    }
                    double[] out = s.plane(2, pixels);
                    s.planeOps().compute(step.node(), x, second, out);
                    data.storePlane(out, 0, step.to(), sample, klass, s);
                });
    }

    private void rankedSums(BlasStep.RankedSums step) {
        Axes extent = step.to().stream().map(OfArray::extent).reduce(Axes.NONE, Axes::plus);
        int together = step.axes().has(Axis.BATCH) ? tables.samples() : 1;
        int rankings = extent.has(Axis.BATCH) ? tables.samples() / together : 1;
        int classes = extent.has(Axis.CLASS) ? tables.classes() : 1;
        workers.forEach(
                rankings * classes,
                isShared ? workers.count() : 1,
                (part, worker) ->
                        rank(
                                step,
                                part / classes * together,
                                together,
                                part % classes,
                                workspace.scratch(worker)));
    }

    /** One ranking: some samples of one class. */
    private void rank(BlasStep.RankedSums step, int first, int together, int klass, BlasScratch s) {
        int size = Limits.ranked(OpenBlasBackendProvider.NAME, together, pixels);
        double[] keys = s.plane(0, size);
        double[] values = s.plane(1, size);
        double[] sums = s.plane(2, size);
        for (int k = 0; k < together; k++) {
            data.loadPlane(step.keys(), first + k, klass, keys, k * pixels, s);
        }
        s.ranking.rank(keys);
        for (int i = 0; i < step.to().size(); i++) {
            OfArray to = step.to().get(i);
            if (klass > 0 && !to.extent().has(Axis.CLASS)) {
                continue;
            }
            for (int k = 0; k < together; k++) {
                data.loadPlane(step.values().get(i), first + k, klass, values, k * pixels, s);
            }
            s.ranking.sums(values, sums);
            for (int k = 0; k < together; k++) {
                data.storePlane(sums, k * pixels, to, first + k, klass, s);
            }
        }
    }
}
