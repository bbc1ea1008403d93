package io.github.segloss.cuda;

import io.github.segloss.KernelCompilationException;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.Window;
import io.github.segloss.program.StructuredKernel;

/** Renders the structured kernels of a program: entry points that call the templates of {@code structured.cu} on views of their arguments. */
final class StructuredSource {
    private final CudaUnit unit;
    private final Views views;
    private final RankSource ranks;

    StructuredSource(CudaUnit unit) {
        this.unit = unit;
        this.views = new Views(unit);
        this.ranks = new RankSource(unit, views);
    }

    void write(StructuredKernel kernel) {
        Node first = kernel.nodes().getFirst();
        switch (first.op()) {
            case Op.RankedSum(var axes) -> ranks.write(axes, kernel.nodes());
            case Op.DistanceTransform _ -> kernel.nodes().forEach(this::distance);
            case Op.WindowExtreme(Window w) -> extreme(first, w);
            case Op.WindowScatter(Window w) -> scatter(first, w);
            case Op.WindowGather(Window w) -> gather(first, w);
            case Op.Input _,
                    Op.Constant _,
                    Op.ClassTable _,
                    Op.ClassIndex _,
                    Op.Size _,
                    Op.Unary _,
                    Op.Binary _,
                    Op.Select _,
                    Op.Reduce _,
                    Op.ClassMix _ ->
                    throw new KernelCompilationException("not a structured op: " + first);
        }
    }

    // ---- what all of them share: a loop over the elements of the result

    private long elements(Node node, Sizes s) {
        return unit.planes(node, s) * s.pixels();
    }

    private String sample(Node node) {
        if (!node.extent().has(Axis.BATCH)) {
            return "0";
        }
        return node.extent().has(Axis.CLASS) ? "plane / " + unit.classes() : "plane";
    }

    private String klass(Node node) {
        if (!node.extent().has(Axis.CLASS)) {
            return "0";
        }
        return node.extent().has(Axis.BATCH) ? "plane % " + unit.classes() : "plane";
    }

    /** Writes a kernel that evaluates a statement for each element i, at pixel s of a plane. */
    private void elementwise(
            String name,
            Node node,
            CudaUnit.Parameters parameters,
            String about,
            String... statements) {
        parameters.number("pixels", Sizes::pixels).number("total", s -> elements(node, s));
        unit.line("SEGLOSS_KERNEL(" + name + ")(" + parameters.declaration() + ") {");
        unit.line(
                "    for (i64 i = (i64)blockIdx.x * BLOCK + threadIdx.x; i < total; i += (i64)gridDim.x * BLOCK) {");
        unit.line("        const i64 plane = i / pixels, s = i % pixels;");
        unit.line("        const i64 sample = " + sample(node) + ", c = " + klass(node) + ";");
        for (String statement : statements) {
            unit.line("        " + statement);
        }
        unit.line("    }");
        unit.line("}");
        unit.add(
                new Launch(
                        name,
                        name,
                        1,
                        parameters.arguments(),
                        s -> Launch.blocksFor(elements(node, s)),
                        about));
    }

    // ---- distance transform

    private void distance(Node node) {
        String id = "distance" + unit.id(node);
        Node mask = node.arg(0);
        for (int axis = 0; axis < 3; axis++) {
            CudaUnit.Parameters parameters = new CudaUnit.Parameters();
            String from;
            if (axis == 0) {
                String view = views.of(mask, parameters);
                unit.line("struct " + id + "_start {");
                unit.line("    view" + unit.id(mask) + " mask;");
                unit.line("    __device__ __forceinline__ f64 operator()(i64 i) const {");
                unit.line("        const i64 plane = i / mask.pixels, s = i % mask.pixels;");
                unit.line(
                        "        return mask("
                                + sample(node)
                                + ", "
                                + klass(node)
                                + ", s) != 0 ? (f64)infinity() : 0.0;");
                unit.line("    }");
                unit.line("};");
                from = id + "_start{" + view + "}";
            } else {
                parameters.add("const f64*", "before", squared(node, axis - 1));
                from = "Array{before}";
            }
            axisKernel(id + "_axis" + axis, node, axis, parameters, from);
        }
        CudaUnit.Parameters parameters = new CudaUnit.Parameters();
        parameters.add("const f64*", "squared", squared(node, 2));
        parameters.add("real*", "out", unit.temporary(node));
        elementwise(
                id,
                node,
                parameters,
                "distance transform %" + unit.id(node) + ": square roots",
                "out[i] = squared[i] == (f64)infinity() ? (real)0 : (real)sqrt(squared[i]);");
    }

    private Launch.Argument squared(Node node, int axis) {
        return unit.scratch("squared distances " + axis % 2, s -> 8 * elements(node, s));
    }

    private void axisKernel(
            String name, Node node, int axis, CudaUnit.Parameters parameters, String from) {
        parameters.number("total", s -> elements(node, s));
        parameters.number("length", s -> s.space()[axis]);
        parameters.number("stride", s -> s.stride(axis));
        parameters.add(
                "f64",
                "spacing",
                Launch.number(s -> Double.doubleToRawLongBits(s.spacing()[axis])));
        parameters.add("f64*", "after", squared(node, axis));
        parameters.add("i32*", "vertex", unit.scratch("parabolas", s -> 4 * elements(node, s)));
        parameters.add(
                "f64*", "start", unit.scratch("where parabolas begin", s -> 8 * elements(node, s)));
        unit.line("SEGLOSS_KERNEL(" + name + ")(" + parameters.declaration() + ") {");
        unit.line(
                "    distance_axis("
                        + from
                        + ", total, length, stride, spacing, after, vertex, start);");
        unit.line("}");
        unit.add(
                new Launch(
                        name,
                        name,
                        1,
                        parameters.arguments(),
                        s -> Launch.blocksFor(elements(node, s) / s.space()[axis]),
                        "distance transform %" + unit.id(node) + ": axis " + axis));
    }

    // ---- windows

    private static String arguments(Window w) {
        return OpTable.combiner(
                        switch (w.extreme()) {
                            case MIN -> ReduceFunction.MIN;
                            case MAX -> ReduceFunction.MAX;
                        })
                + ", "
                + shape(w);
    }

    private static String shape(Window w) {
        return (w.footprint() == Window.Footprint.BOX) + ", " + (w.border() == Window.Border.ZERO);
    }

    private static CudaUnit.Parameters spaceParameters() {
        CudaUnit.Parameters parameters = new CudaUnit.Parameters();
        for (int axis = 0; axis < 3; axis++) {
            int a = axis;
            parameters.number("size" + axis, s -> s.space()[a]);
        }
        return parameters.number("rank", Sizes::rank);
    }

    private static final String SPACE = "const Space space = {size0, size1, size2, rank};";

    private String plane(String name, Node arg, CudaUnit.Parameters parameters) {
        return "const Plane<view"
                + unit.id(arg)
                + "> "
                + name
                + " = {"
                + views.of(arg, parameters)
                + ", sample, c};";
    }

    private void extreme(Node node, Window w) {
        CudaUnit.Parameters parameters = spaceParameters();
        String x = plane("x", node.arg(0), parameters);
        parameters.add("real*", "out", unit.temporary(node));
        elementwise(
                "window" + unit.id(node),
                node,
                parameters,
                unit.program().graph().describe(node),
                SPACE,
                x,
                "out[i] = window_extreme<" + arguments(w) + ">(space, x, s);");
    }

    private void gather(Node node, Window w) {
        CudaUnit.Parameters parameters = spaceParameters();
        String x = plane("x", node.arg(0), parameters);
        String v = plane("v", node.arg(1), parameters);
        parameters.add("real*", "out", unit.temporary(node));
        elementwise(
                "window" + unit.id(node),
                node,
                parameters,
                unit.program().graph().describe(node),
                SPACE,
                x,
                v,
                "out[i] = window_gather<" + arguments(w) + ">(space, x, v, s);");
    }

    /** First what each element gives and for which value, then each element collects: no element is written by two threads. */
    private void scatter(Node node, Window w) {
        Launch.Argument extremes =
                unit.scratch("extremes", s -> elements(node, s) * unit.realBytes());
        Launch.Argument parts = unit.scratch("parts", s -> elements(node, s) * unit.realBytes());
        CudaUnit.Parameters parameters = spaceParameters();
        String x = plane("x", node.arg(0), parameters);
        String u = plane("u", node.arg(1), parameters);
        parameters.add("real*", "extremes", extremes).add("real*", "parts", parts);
        elementwise(
                "window" + unit.id(node) + "_parts",
                node,
                parameters,
                unit.program().graph().describe(node) + ": parts",
                SPACE,
                x,
                u,
                "extremes[i] = window_extreme<" + arguments(w) + ">(space, x, s);",
                "parts[i] = u(s) / window_hits<" + shape(w) + ">(space, x, s, extremes[i]);");
        CudaUnit.Parameters second = spaceParameters();
        String again = plane("x", node.arg(0), second);
        second.add("const real*", "extremes", extremes).add("const real*", "parts", parts);
        second.add("real*", "out", unit.temporary(node));
        elementwise(
                "window" + unit.id(node),
                node,
                second,
                unit.program().graph().describe(node) + ": sums",
                SPACE,
                again,
                "out[i] = window_scatter<"
                        + (w.footprint() == Window.Footprint.BOX)
                        + ">(space, x(s), extremes + plane * pixels, parts + plane * pixels, s);");
    }
}
