package io.github.segloss.cuda;

import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.program.GridKernel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of work on one pixel. What varies along CLASS is computed in loops over the classes, and a value that needs the result of a reduction over
 * CLASS has to wait for the next loop: its phase is the number of loops before its own. Where the classes are few, the loops are unrolled and what a later
 * phase needs is kept in registers; where they are many, it is computed again.
 */
final class ClassPhases {
    /** How many 32-bit registers the values kept for all classes may take. */
    private static final int KEPT_WORDS = 72;

    private final GridKernel kernel;
    private final Map<Node, Integer> phase = new IdentityHashMap<>();
    private final Set<Node> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private final boolean isUnrolled;
    private final int last;

    ClassPhases(GridKernel kernel, int classes, boolean isDouble, int classStores) {
        this.kernel = kernel;
        kernel.body().forEach(node -> phase.put(node, findPhase(node)));
        this.last = phase.values().stream().mapToInt(p -> p).max().orElse(0);
        long classLoads = kernel.loads().stream().filter(ClassPhases::hasClass).count();
        keep();
        long words = (classLoads + classStores + kept.size()) * classes * (isDouble ? 2 : 1);
        this.isUnrolled = words <= KEPT_WORDS;
        if (!isUnrolled) {
            kept.removeIf(node -> !isMixed(node));
        }
    }

    static boolean hasClass(Node node) {
        return node.extent().has(Axis.CLASS);
    }

    /** The label of a one-hot vector, of which a matrix product is a look-up; null for any other vector. */
    static @Nullable Node oneHotLabel(Node x) {
        if (x.op() instanceof Op.Unary(UnaryFunction f)
                && f == UnaryFunction.CAST
                && x.arg(0).op() instanceof Op.Binary(BinaryFunction g)
                && g == BinaryFunction.EQ) {
            Node a = x.arg(0).arg(0);
            Node b = x.arg(0).arg(1);
            if (a.op() instanceof Op.ClassIndex && !hasClass(b)) {
                return b;
            }
            if (b.op() instanceof Op.ClassIndex && !hasClass(a)) {
                return a;
            }
        }
        return null;
    }

    /** The vector of which a product with a matrix needs all classes at once; null where there is none. */
    private static @Nullable Node mixedVector(Node node) {
        boolean isProduct = node.op() instanceof Op.ClassMix && node.extent().isGrid();
        return isProduct && hasClass(node.arg(1)) && oneHotLabel(node.arg(1)) == null
                ? node.arg(1)
                : null;
    }

    private int findPhase(Node node) {
        if (GridKernel.isLoad(node)) {
            return 0;
        }
        int latest = 0;
        for (Node arg : node.args()) {
            if (arg.extent().isGrid()) {
                boolean waits = node.op() instanceof Op.Reduce || arg == mixedVector(node);
                latest = Math.max(latest, phase.get(arg) + (waits ? 1 : 0));
            }
        }
        return latest;
    }

    private boolean isMixed(Node node) {
        return kernel.body().stream().anyMatch(user -> mixedVector(user) == node);
    }

    /** Marks what later phases need and what would cost more to compute again than to keep. */
    private void keep() {
        for (Node user : kernel.body()) {
            Node vector = mixedVector(user);
            if (vector != null) {
                kept.add(vector);
            }
        }
        for (int p = 1; p <= last; p++) {
            for (Node node : needed(roots(p), Integer.MAX_VALUE)) {
                if (phase.get(node) < p && !isCheap(node)) {
                    kept.add(node);
                }
            }
        }
        // A kept value hides what it was computed from.
        boolean changed = true;
        while (changed) {
            Set<Node> used = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int p = 0; p <= last; p++) {
                int now = p;
                for (Node node : needed(roots(p), p)) {
                    node.args().stream()
                            .filter(arg -> kept.contains(arg) && phase.get(arg) < now)
                            .forEach(used::add);
                }
                roots(p).stream()
                        .filter(r -> kept.contains(r) && phase.get(r) < now)
                        .forEach(used::add);
            }
            changed = kept.removeIf(node -> !used.contains(node) && !isMixed(node));
        }
    }

    private boolean isCheap(Node node) {
        if (GridKernel.isLoad(node)) {
            return true; // loads are kept anyway
        }
        boolean isCheapItself =
                switch (node.op()) {
                    case Op.Unary(UnaryFunction f) ->
                            switch (f) {
                                case NEG, ABS, SIGN, NOT, DETACH, CAST -> true;
                                case SQRT, EXP, LOG, LOG1P, EXPM1, TANH, FLOOR -> false;
                            };
                    case Op.Binary(BinaryFunction f) -> f.isPredicate();
                    case Op.Select _ -> true;
                    default -> false;
                };
        return isCheapItself
                && node.args().stream()
                        .allMatch(arg -> !arg.extent().isGrid() || !hasClass(arg) || isCheap(arg));
    }

    /** Whether the loops over the classes are unrolled and values are kept between them. */
    boolean isUnrolled() {
        return isUnrolled;
    }

    int last() {
        return last;
    }

    int phase(Node node) {
        return node.extent().isGrid() ? phase.get(node) : 0;
    }

    boolean isKept(Node node) {
        return kept.contains(node);
    }

    /** The values without CLASS that are computed before the loop of a phase, arguments before their users. */
    List<Node> before(int p) {
        return kernel.body().stream()
                .filter(node -> !hasClass(node) && phase.get(node) == p && !GridKernel.isLoad(node))
                .filter(node -> !isClassReduction(node))
                .toList();
    }

    static boolean isClassReduction(Node node) {
        return node.op() instanceof Op.Reduce;
    }

    /** The reductions over CLASS that the loop of a phase computes. */
    List<Node> reductions(int p) {
        return kernel.body().stream()
                .filter(node -> isClassReduction(node) && phase.get(node.arg(0)) == p)
                .toList();
    }

    /** What the loop of a phase has to compute for each class, arguments before their users. */
    List<Node> inLoop(int p) {
        return needed(roots(p), p);
    }

    private List<Node> roots(int p) {
        List<Node> roots = new ArrayList<>();
        reductions(p).forEach(node -> roots.add(node.arg(0)));
        kernel.accumulators().stream().map(node -> node.arg(0)).forEach(roots::add);
        kernel.stores().forEach(store -> roots.add(store.value()));
        kernel.body().stream().filter(this::isKept).forEach(roots::add);
        roots.removeIf(node -> !node.extent().isGrid() || !hasClass(node) || phase.get(node) != p);
        return roots;
    }

    /** The class-dependent nodes that some roots need, without what was kept by a phase before the given one. */
    private List<Node> needed(Collection<Node> roots, int p) {
        Set<Node> found = Collections.newSetFromMap(new IdentityHashMap<>());
        roots.forEach(root -> need(root, p, found));
        return kernel.body().stream().filter(found::contains).toList();
    }

    private void need(Node node, int p, Set<Node> found) {
        boolean isThere = p != Integer.MAX_VALUE && kept.contains(node) && phase.get(node) < p;
        if (!node.extent().isGrid() || !hasClass(node) || isThere || !found.add(node)) {
            return;
        }
        if (!GridKernel.isLoad(node)) {
            for (Node arg : node.args()) {
                boolean isLookedUp =
                        node.op() instanceof Op.ClassMix
                                && arg == node.arg(1)
                                && oneHotLabel(arg) != null;
                if (arg != mixedVector(node) && !isLookedUp) {
                    need(arg, p, found);
                }
            }
        }
    }
}
