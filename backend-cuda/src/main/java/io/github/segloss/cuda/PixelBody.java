package io.github.segloss.cuda;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        this.lanes = pass.pixelsOfThread();
    }

    void write(List<String> out) {
        if (pass.isAhead()) {
            takeAhead(out);
        }
        if (pass.sums().areShared()) {
            // The whole warp has to come along, and what is beyond the end must not count.
            out.add("const bool live = at < pixels;");
        } else {
            out.add("if (at >= pixels) continue;");
        }
        if (!pass.isAhead()) {
            kernel.loads().stream()
                    .filter(this::isPrefetched)
                    .forEach(load -> {
                        out.add(declaration(load, "x"));
                        fetch(load, "x", "at", out);
                    });
        }
        List<Node> counts = kernel.accumulators().stream().filter(pass.sums()::isCounted).toList();
        counts.forEach(node -> out.add("real count" + unit.id(node) + " = 0;"));
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
        for (Node node : counts) {
            out.add("sum" + unit.id(node) + " += (f64)count" + unit.id(node) + ";");
        }
        kernel.stores().stream().filter(this::isGathered).forEach(store -> writeStore(store, out));
    }

    // ---- reading a round ahead

    /** Writes the loads of the first round, before the loop over the tiles. */
    void writeAhead(List<String> out, String tile) {
        out.add("const i64 start = (" + tile + " * BLOCK + threadIdx.x) * " + lanes + ";");
        kernel.loads().forEach(load -> out.add(declaration(load, "a")));
        out.add("if (start < pixels) {");
        List<String> inner = new ArrayList<>();
        kernel.loads().forEach(load -> fetch(load, "a", "start", inner));
        inner.forEach(line -> out.add("    " + line));
        out.add("}");
    }

    /** Takes over what was read in the round before, and starts to read what the next one needs. */
    private void takeAhead(List<String> out) {
        for (Node load : kernel.loads()) {
            out.add(declaration(load, "x"));
            String each = ClassPhases.hasClass(load) ? "[c][v]" : "[v]";
            String copy = "x" + unit.id(load) + each + " = a" + unit.id(load) + each + ";";
            out.add("#pragma unroll");
            out.add(
                    "for (int v = 0; v < "
                            + lanes
                            + "; ++v) "
                            + (ClassPhases.hasClass(load) ? "{" : copy));
            if (ClassPhases.hasClass(load)) {
                out.add("#pragma unroll");
                out.add("    " + indexLoop(classes) + " " + copy);
                out.add("}");
            }
        }
        String step = "blocks * (BLOCK * " + lanes + ");";
        out.add("const i64 next = at " + (pass.isBackwards() ? "- " : "+ ") + step);
        out.add("if (next < pixels" + (pass.isBackwards() ? " && next >= 0" : "") + ") {");
        List<String> inner = new ArrayList<>();
        kernel.loads().forEach(load -> fetch(load, "a", "next", inner));
        inner.forEach(line -> out.add("    " + line));
        out.add("}");
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

    /** Room for the pixels of a thread. */
    private String declaration(Node load, String prefix) {
        String dimension = ClassPhases.hasClass(load) ? "[" + classes + "]" : "";
        return unit.storedType(load)
                + " "
                + prefix
                + unit.id(load)
                + dimension
                + "["
                + lanes
                + "];";
    }

    private void fetch(Node load, String prefix, String at, List<String> out) {
        boolean hasClass = ClassPhases.hasClass(load);
        String fetch =
                "fetch<ALIGNED, "
                        + lanes
                        + ">("
                        + unit.arrayName(load)
                        + pass.row(load.extent(), "c")
                        + ", "
                        + at
                        + ", pixels, "
                        + prefix
                        + unit.id(load)
                        + (hasClass ? "[c]);" : ");");
        if (hasClass) {
            out.add("#pragma unroll");
            out.add(indexLoop(classes) + " " + fetch);
        } else {
            out.add(fetch);
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
        return isKept(node, p) ? "s" + unit.id(node) + "[c]" : "v" + unit.id(node);
    }

    /** Whether a value was computed in the loop of an earlier phase and kept. */
    private boolean isKept(Node node, int p) {
        return phases.isKept(node) && phases.phase(node) < p;
    }

    private PassTerm term(Node node, int p) {
        return PassTerm.of(node, value -> isKept(value, p));
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
                accumulate(node, p, out, out, out);
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
        List<String> after = new ArrayList<>();
        for (Node node : phases.inLoop(p)) {
            define(node, p, inner);
            if (phases.isKept(node) && phases.phase(node) == p) {
                out.add(pass.ops().type(node) + " s" + unit.id(node) + "[" + classes + "];");
                inner.add("s" + unit.id(node) + "[c] = v" + unit.id(node) + ";");
            }
        }
        List<Node> reductions = new ArrayList<>(phases.reductions(p));
        reductions.sort(Comparator.comparing(node -> !isArgmax(node)));
        for (Node node : reductions) {
            startReduction(node, out);
            reduce(node, p, inner);
        }
        for (Node node : kernel.accumulators()) {
            if (ClassPhases.hasClass(node.arg(0)) && phases.phase(node.arg(0)) == p) {
                accumulate(node, p, out, inner, after);
            }
        }
        for (Store store : kernel.stores()) {
            if (phases.phase(store.value()) == p && pass.storedExtent(store).has(Axis.CLASS)) {
                storeClass(store, p, inner);
            }
        }
        if (!inner.isEmpty()) {
            if (p > 0 && phases.isUnrolled()) {
                // Else the compiler keeps what it compared the class with before, for want of
                // predicates in registers, at more than the cost of comparing again.
                indices(p).forEach(node -> out.add("forget(v" + unit.id(node) + ");"));
            }
            out.add(unrolling());
            out.add(classLoop());
            inner.forEach(line -> out.add("    " + line));
            out.add("}");
            out.addAll(after);
        }
    }

    /** The indices of classes that are there when the loop of a phase begins. */
    private List<Node> indices(int p) {
        return kernel.body().stream()
                .filter(PixelBody::isClassOfPixel)
                .filter(node -> phases.phase(node) <= p)
                .toList();
    }

    private static boolean isClassOfPixel(Node node) {
        boolean isArgmax = ClassPhases.isClassReduction(node) && isArgmax(node);
        return node.type() == ValueType.INDEX
                && node.extent().isGrid()
                && !ClassPhases.hasClass(node)
                && (isArgmax || GridKernel.isLoad(node));
    }

    private void define(Node node, int p, List<String> out) {
        String name = "v" + unit.id(node);
        String declaration =
                (isClassOfPixel(node) ? "" : "const ") + pass.ops().type(node) + " " + name + " = ";
        if (GridKernel.isLoad(node)) {
            out.add(declaration + CudaUnit.value(node, loaded(node)) + ";");
        } else if (node.op() instanceof Op.ClassMix(boolean transposed)) {
            mix(node, transposed, p, out);
        } else if (node.op() instanceof Op.Select) {
            out.add(declaration + choice(node, p) + ";");
        } else if (isSumWithChoice(node, p)) {
            PassTerm term = term(node.arg(1), p);
            String a = operand(node.arg(0), p);
            String sum = a + " + " + operand(term.value(), p);
            out.add(declaration + conditions(term, p) + " ? " + sum + " : " + a + ";");
        } else {
            out.add(declaration + pass.ops().expression(node, arg -> operand(arg, p)) + ";");
        }
    }

    /** Choices of nothing around one value are one choice: conditions are combined for less than each selection costs. */
    private String choice(Node node, int p) {
        PassTerm term = term(node, p);
        if (term.choices().size() < 2) {
            return pass.ops().expression(node, arg -> operand(arg, p));
        }
        String zero = pass.ops().literal(0, node.type());
        return conditions(term, p) + " ? " + operand(term.value(), p) + " : " + zero;
    }

    /** An addition of something here and of nothing there, which need not be selected first. */
    private boolean isSumWithChoice(Node node, int p) {
        return node.op() instanceof Op.Binary(BinaryFunction f)
                && f == BinaryFunction.ADD
                && !term(node.arg(1), p).choices().isEmpty();
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

    /** The largest value over CLASS, where that is asked for beside its index; null if not. */
    private @Nullable Node largest(Node argmax) {
        return kernel.body().stream()
                .filter(ClassPhases::isClassReduction)
                .filter(node -> function(node) == ReduceFunction.MAX)
                .filter(node -> node.arg(0) == argmax.arg(0))
                .findFirst()
                .orElse(null);
    }

    private void startReduction(Node node, List<String> out) {
        String name = "v" + unit.id(node);
        if (isArgmax(node)) {
            out.add("ix " + name + " = 0;");
            if (largest(node) == null) {
                out.add("real best" + unit.id(node) + " = 0;");
            }
        } else {
            out.add("real " + name + " = (real)" + OpTable.combiner(function(node)) + "::start();");
        }
    }

    private void reduce(Node node, int p, List<String> out) {
        String name = "v" + unit.id(node);
        String x = operand(node.arg(0), p);
        Node largest = isArgmax(node) ? largest(node) : null;
        if (largest != null) { // which comes after its index
            out.add("if (" + x + " > v" + unit.id(largest) + ") " + name + " = c;");
        } else if (isArgmax(node)) {
            String best = "best" + unit.id(node);
            out.add("if (c == 0 || " + x + " > " + best + ") {");
            out.add("    " + best + " = " + x + ";");
            out.add("    " + name + " = c;");
            out.add("}");
        } else if (function(node) == ReduceFunction.SUM) {
            PassTerm term = term(node.arg(0), p);
            String value = operand(term.value(), p);
            // Of a choice of one class there is only one term.
            boolean isOne = term.oneHot() != null;
            out.add(when(conditions(term, p)) + name + (isOne ? " = " : " += ") + value + ";");
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

    /** The C expression of all choices of a term; empty if there are none. */
    private String conditions(PassTerm term, int p) {
        List<String> all = new ArrayList<>();
        for (PassTerm.Choice choice : term.choices()) {
            all.add((choice.isWanted() ? "" : "!") + operand(choice.condition(), p));
        }
        return String.join(" & ", all);
    }

    // ---- sums over SPACE

    /**
     * Adds to a sum.
     *
     * @param before what is written before the loop over the classes
     * @param inner what is written in that loop; the same for a value without CLASS
     * @param after what is written after it
     */
    private void accumulate(
            Node node, int p, List<String> before, List<String> inner, List<String> after) {
        Node arg = node.arg(0);
        // Such a value is there once, not once for each sample.
        String once = arg.extent().has(Axis.BATCH) ? "" : "sample == 0";
        String combiner = PassSums.combiner(node);
        if (pass.sums().isShared(node)) {
            accumulateInWarp(node, operand(arg, p), once, inner);
        } else if (pass.sums().isCounted(node)) {
            String condition = pass.sums().areShared() ? joined(once, "live") : once;
            inner.add(when(condition) + "count" + unit.id(node) + " += " + operand(arg, p) + ";");
        } else if (combiner.equals("Sum") && !pass.sums().areShared()) {
            sum(node, p, once, before, inner, after);
        } else {
            String condition = pass.sums().areShared() ? joined(once, "live") : once;
            inner.add(
                    when(condition)
                            + sum(node)
                            + " = "
                            + combiner
                            + "::of("
                            + sum(node)
                            + ", (f64)"
                            + operand(arg, p)
                            + ");");
        }
    }

    private String sum(Node node) {
        return "sum" + unit.id(node) + (pass.sums().slotsOf(node) > 1 ? "[c]" : "");
    }

    private static String joined(String a, String b) {
        return a.isEmpty() ? b : a + " & " + b;
    }

    private static String when(String condition) {
        return condition.isEmpty() ? "" : "if (" + condition + ") ";
    }

    private void sum(
            Node node,
            int p,
            String once,
            List<String> before,
            List<String> inner,
            List<String> after) {
        PassTerm term = term(node.arg(0), p);
        String choices = conditions(term, p);
        String condition = choices.isEmpty() ? once : joined(once, choices);
        PassTerm.Choice oneHot = term.oneHot();
        if (oneHot == null) {
            inner.add(when(condition) + sum(node) + " += (f64)" + operand(term.value(), p) + ";");
            return;
        }
        String hit = "hit" + unit.id(node);
        before.add("real " + hit + " = 0;");
        inner.add(when(condition) + hit + " = " + operand(term.value(), p) + ";");
        if (pass.sums().slotsOf(node) == 1) {
            after.add(sum(node) + " += (f64)" + hit + ";");
            return;
        }
        after.add("#pragma unroll");
        after.add(
                indexLoop(classes)
                        + " if ("
                        + pass.ops().expression(oneHot.condition(), arg -> operand(arg, p))
                        + ") "
                        + sum(node)
                        + " += (f64)"
                        + hit
                        + ";");
    }

    private void accumulateInWarp(Node node, String value, String once, List<String> out) {
        String combiner = PassSums.combiner(node);
        String sum =
                "sums[warp * " + pass.sums().slots() + " + " + pass.sums().slot(node) + " + c]";
        out.add("{");
        out.add(
                "    const f64 x = across_warp<"
                        + combiner
                        + ">((f64)("
                        + joined(once, "live")
                        + " ? "
                        + value
                        + " : (real)"
                        + combiner
                        + "::start()));");
        out.add("    if (lane == 0) " + sum + " = " + combiner + "::of(" + sum + ", x);");
        out.add("}");
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
