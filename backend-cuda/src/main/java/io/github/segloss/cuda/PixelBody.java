package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.List;

/** Renders what a pass does with the pixels of one thread: loads, the loops over the classes, sums and stores. */
final class PixelBody {
    private final GridSource pass;
    private final CudaUnit unit;
    private final GridKernel kernel;
    private final ClassPhases phases;
    private final int classes;
    private final int lanes;

    PixelBody(GridSource pass) {
        this.pass = pass;
        this.unit = pass.unit();
        this.kernel = pass.kernel();
        this.phases = pass.phases();
        this.classes = unit.classes();
        this.lanes = pass.lanes();
    }

    void write(List<String> out) {
        if (pass.sums()
                .areShared()) { // the whole warp has to come along, and what is beyond the end
            // must not count
            out.add("const bool live = at < pixels;");
        } else {
            out.add("if (at >= pixels) continue;");
        }
        for (Node load : kernel.loads()) {
            writeLoad(load, out);
        }
        for (Store store : kernel.stores()) {
            if (isGathered(store)) {
                String dimension =
                        pass.storedExtent(store).has(Axis.CLASS) ? "[" + classes + "]" : "";
                out.add("real " + gathered(store) + dimension + "[" + lanes + "];");
            }
        }
        out.add("#pragma unroll");
        out.add("for (int v = 0; v < " + lanes + "; ++v) {");
        if (!pass.sums().areShared()) {
            out.add("    if (!ALIGNED && at + v >= pixels) continue;");
        }
        List<String> inner = new ArrayList<>();
        for (int p = 0; p <= phases.last(); p++) {
            writePhase(p, inner);
        }
        inner.forEach(line -> out.add("    " + line));
        out.add("}");
        kernel.stores().stream().filter(this::isGathered).forEach(store -> writeStore(store, out));
    }

    private static String indexLoop(int count) {
        return "for (int c = 0; c < " + count + "; ++c)";
    }

    private String classLoop() {
        return indexLoop(classes) + " {";
    }

    private String unrolling() {
        return phases.isUnrolled() ? "#pragma unroll" : "#pragma unroll 4";
    }

    // ---- loads

    /** Rows of few classes are read at once; of many classes, each loop reads its own. */
    private boolean isPrefetched(Node load) {
        return !ClassPhases.hasClass(load) || phases.isUnrolled();
    }

    private void writeLoad(Node load, List<String> out) {
        if (!isPrefetched(load)) {
            return;
        }
        String from = unit.arrayName(load) + pass.row(load.extent(), "c");
        String to = "x" + unit.id(load);
        if (ClassPhases.hasClass(load)) {
            out.add(unit.storedType(load) + " " + to + "[" + classes + "][" + lanes + "];");
            out.add("#pragma unroll");
            out.add(
                    indexLoop(classes)
                            + " fetch<ALIGNED, "
                            + lanes
                            + ">("
                            + from
                            + ", at, pixels, "
                            + to
                            + "[c]);");
        } else {
            out.add(unit.storedType(load) + " " + to + "[" + lanes + "];");
            out.add("fetch<ALIGNED, " + lanes + ">(" + from + ", at, pixels, " + to + ");");
        }
    }

    private String loaded(Node load) {
        if (!isPrefetched(load)) {
            String position = "(at < pixels ? at : pixels - 1)";
            return unit.arrayName(load) + "[" + position + pass.row(load.extent(), "c") + "]";
        }
        return "x" + unit.id(load) + (ClassPhases.hasClass(load) ? "[c][v]" : "[v]");
    }

    // ---- values

    private String operand(Node node, int p) {
        if (!node.extent().isGrid()) {
            return pass.tables().operand(node);
        }
        boolean isThere = phases.isKept(node) && phases.phase(node) < p;
        return isThere ? "s" + unit.id(node) + "[c]" : "v" + unit.id(node);
    }

    private void writePhase(int p, List<String> out) {
        if (p == 0) {
            for (Node load : kernel.loads()) {
                if (!ClassPhases.hasClass(load)) {
                    define(load, p, out);
                }
            }
        }
        for (Node node : phases.before(p)) {
            define(node, p, out);
        }
        for (Node node : kernel.accumulators()) {
            if (!ClassPhases.hasClass(node.arg(0)) && phases.phase(node.arg(0)) == p) {
                accumulate(node, p, out);
            }
        }
        for (Store store : kernel.stores()) {
            if (phases.phase(store.value()) == p && !pass.storedExtent(store).has(Axis.CLASS)) {
                out.add(gathered(store) + "[v] = " + storable(store.value(), p) + ";");
            }
        }
        writeLoop(p, out);
    }

    private void writeLoop(int p, List<String> out) {
        List<String> inner = new ArrayList<>();
        for (Node node : phases.inLoop(p)) {
            define(node, p, inner);
            if (phases.isKept(node) && phases.phase(node) == p) {
                out.add(pass.ops().type(node) + " s" + unit.id(node) + "[" + classes + "];");
                inner.add("s" + unit.id(node) + "[c] = v" + unit.id(node) + ";");
            }
        }
        for (Node node : phases.reductions(p)) {
            startReduction(node, out);
            reduce(node, p, inner);
        }
        for (Node node : kernel.accumulators()) {
            if (ClassPhases.hasClass(node.arg(0)) && phases.phase(node.arg(0)) == p) {
                accumulate(node, p, inner);
            }
        }
        for (Store store : kernel.stores()) {
            if (phases.phase(store.value()) == p && pass.storedExtent(store).has(Axis.CLASS)) {
                storeClass(store, p, inner);
            }
        }
        if (!inner.isEmpty()) {
            out.add(unrolling());
            out.add(classLoop());
            inner.forEach(line -> out.add("    " + line));
            out.add("}");
        }
    }

    private void define(Node node, int p, List<String> out) {
        String name = "v" + unit.id(node);
        String declaration = "const " + pass.ops().type(node) + " " + name + " = ";
        if (GridKernel.isLoad(node)) {
            out.add(declaration + CudaUnit.value(node, loaded(node)) + ";");
        } else if (node.op() instanceof Op.ClassMix(boolean transposed)) {
            mix(node, transposed, p, out);
        } else {
            out.add(declaration + pass.ops().expression(node, arg -> operand(arg, p)) + ";");
        }
    }

    private void mix(Node node, boolean transposed, int p, List<String> out) {
        Node matrix = node.arg(0);
        Node x = node.arg(1);
        String name = "v" + unit.id(node);
        Node label = ClassPhases.oneHotLabel(x);
        if (label != null) {
            String l = operand(label, p);
            String element =
                    transposed
                            ? pass.tables().matrix(matrix, l, "c")
                            : pass.tables().matrix(matrix, "c", l);
            out.add(
                    "const real "
                            + name
                            + " = "
                            + l
                            + " >= 0 && "
                            + l
                            + " < "
                            + classes
                            + " ? "
                            + element
                            + " : (real)0;");
            return;
        }
        String element =
                transposed
                        ? pass.tables().matrix(matrix, "k", "c")
                        : pass.tables().matrix(matrix, "c", "k");
        String factor = ClassPhases.hasClass(x) ? "s" + unit.id(x) + "[k]" : operand(x, p);
        out.add("real " + name + " = 0;");
        out.add(unrolling());
        out.add(
                "for (int k = 0; k < "
                        + classes
                        + "; ++k) "
                        + name
                        + " += "
                        + element
                        + " * "
                        + factor
                        + ";");
    }

    // ---- reductions over CLASS

    private static boolean isArgmax(Node node) {
        return function(node) == ReduceFunction.ARGMAX;
    }

    private static ReduceFunction function(Node node) {
        return ((Op.Reduce) node.op()).function();
    }

    private void startReduction(Node node, List<String> out) {
        String name = "v" + unit.id(node);
        if (isArgmax(node)) {
            out.add("ix " + name + " = 0;");
            out.add("real best" + unit.id(node) + " = 0;");
        } else {
            out.add("real " + name + " = (real)" + OpTable.combiner(function(node)) + "::start();");
        }
    }

    private void reduce(Node node, int p, List<String> out) {
        String name = "v" + unit.id(node);
        String x = operand(node.arg(0), p);
        if (isArgmax(node)) {
            String best = "best" + unit.id(node);
            out.add("if (c == 0 || " + x + " > " + best + ") {");
            out.add("    " + best + " = " + x + ";");
            out.add("    " + name + " = c;");
            out.add("}");
        } else {
            out.add(
                    name
                            + " = "
                            + OpTable.combiner(function(node))
                            + "::of("
                            + name
                            + ", "
                            + x
                            + ");");
        }
    }

    // ---- sums over SPACE

    private void accumulate(Node node, int p, List<String> out) {
        Node arg = node.arg(0);
        String value = operand(arg, p);
        String combiner = PassSums.combiner(node);
        List<String> conditions = new ArrayList<>();
        if (pass.sums().areShared()) {
            conditions.add("live");
        }
        if (!arg.extent().has(Axis.BATCH)) { // such a value is there once, not once for each sample
            conditions.add("sample == 0");
        }
        if (!conditions.isEmpty()) {
            value =
                    "("
                            + String.join(" && ", conditions)
                            + " ? "
                            + value
                            + " : (real)"
                            + combiner
                            + "::start())";
        }
        value = "(f64)" + value;
        if (pass.sums().isShared(node)) {
            String sum =
                    "sums[warp * " + pass.sums().slots() + " + " + pass.sums().slot(node) + " + c]";
            out.add("{");
            out.add("    const f64 x = across_warp<" + combiner + ">(" + value + ");");
            out.add("    if (lane == 0) " + sum + " = " + combiner + "::of(" + sum + ", x);");
            out.add("}");
        } else {
            String sum = "sum" + unit.id(node) + (pass.sums().slotsOf(node) > 1 ? "[c]" : "");
            out.add(sum + " = " + combiner + "::of(" + sum + ", " + value + ");");
        }
    }

    // ---- stores

    private String storable(Node value, int p) {
        return "(real)(" + operand(value, p) + ")";
    }

    private static String gathered(String name) {
        return "o_" + name;
    }

    private String gathered(Store store) {
        return gathered(pass.storeName(store));
    }

    /** Whether the values of all pixels of a thread are written together; of many classes, each is written as soon as it is there. */
    private boolean isGathered(Store store) {
        return !pass.storedExtent(store).has(Axis.CLASS) || phases.isUnrolled();
    }

    private void storeClass(Store store, int p, List<String> out) {
        if (isGathered(store)) {
            out.add(gathered(store) + "[c][v] = " + storable(store.value(), p) + ";");
            return;
        }
        out.add("const real " + gathered(store) + "[1] = {" + storable(store.value(), p) + "};");
        out.add(put(store, gathered(store)));
    }

    private void writeStore(Store store, List<String> out) {
        if (pass.storedExtent(store).has(Axis.CLASS)) {
            out.add("#pragma unroll");
            out.add(indexLoop(classes) + " " + put(store, gathered(store) + "[c]"));
        } else {
            out.add(put(store, gathered(store)));
        }
    }

    private String put(Store store, String values) {
        Axes extent = pass.storedExtent(store);
        String accumulate = store instanceof Store.ToOutput ? "accumulate" : "false";
        String only = extent.has(Axis.BATCH) ? "" : "if (sample == 0) ";
        return only
                + "put<ALIGNED, "
                + lanes
                + ">("
                + pass.storeName(store)
                + pass.row(extent, "c")
                + ", at, pixels, "
                + values
                + ", "
                + accumulate
                + ");";
    }
}
