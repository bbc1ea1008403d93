package io.github.segloss.conformance;

import io.github.segloss.SegLossException;
import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ValueType;
import io.github.segloss.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/**
 * Makes a random well-typed graph from a seed: node by node from inputs and nodes made before, each kept only if its elements are of a sane size and rounding
 * leaves nearly all of them known. So nothing overflows, and no comparison hangs on the last digit, without a rule for the domain of each op.
 */
final class GraphGenerator {
    private static final int DEEPEST = 30;
    private static final double LARGEST = 1e3;

    /** How many roundings a bound may grow to, relative to {@code max(1, |value|)}. */
    private static final double ROUNDINGS = 1e4;

    /** One element in so many may be unknown. */
    private static final int OPEN_SHARE = 16;

    private static final List<long[]> SPACES =
            List.of(
                    new long[] {1},
                    new long[] {7},
                    new long[] {8},
                    new long[] {13},
                    new long[] {63},
                    new long[] {64},
                    new long[] {65},
                    new long[] {130},
                    new long[] {5, 7},
                    new long[] {8, 8},
                    new long[] {3, 11},
                    new long[] {3, 5, 7},
                    new long[] {2, 3, 4});

    private final long seed;
    private final SplittableRandom random;
    private final DType type;
    private final DType labels;
    private final Sizes sizes;
    private final BoundedEvaluation evaluation;
    private final NodePool pool;
    private final RandomNodes nodes;

    private GraphGenerator(long seed, Capabilities capabilities) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        List<DType> types = capabilities.predictions().stream().sorted().toList();
        List<DType> wide = Subject.WIDE.stream().filter(types::contains).toList();
        // The narrow types compute as FLOAT32 does, so they are the exception.
        this.type = random.nextInt(5) == 0 || wide.isEmpty() ? pick(types) : pick(wide);
        this.labels = pick(capabilities.labels().stream().sorted().toList());
        this.sizes = randomSizes();
        GeneratedProgram empty =
                new GeneratedProgram(seed, type, labels, sizes, new LinkedHashMap<>());
        this.evaluation = empty.evaluation();
        this.pool = new NodePool(random);
        this.nodes = new RandomNodes(random, pool, sizes);
    }

    /**
     * A random program.
     *
     * @param seed what it is made from
     * @param capabilities which element types it may have
     */
    static GeneratedProgram generate(long seed, Capabilities capabilities) {
        return new GraphGenerator(seed, capabilities).generate();
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private Sizes randomSizes() {
        int batch = 1 + random.nextInt(3);
        return switch (random.nextInt(50)) {
            case 0 -> Sizes.of(1, 1 + random.nextInt(3), 1021);
            case 1 -> Sizes.of(1, 1 + random.nextInt(2), 4098);
            case 2, 3 -> Sizes.of(batch, 17, 13);
            case 4 -> Sizes.of(batch, 104, 7);
            default -> Sizes.of(batch, pick(List.of(1, 2, 3, 3, 5)), pick(SPACES));
        };
    }

    private GeneratedProgram generate() {
        start();
        int steps = 2 + random.nextInt(sizes.elements(Axes.ALL) > 1000 ? 10 : 32);
        for (int attempt = 0; attempt < 4 * steps && pool.made() < steps; attempt++) {
            Node node = nodes.next();
            if (node != null && pool.depth(node) <= DEEPEST && isSane(node)) {
                pool.add(node);
            }
        }
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("last", pool.deepestReal());
        if (random.nextBoolean()) {
            outputs.put("other", pool.anyMadeReal());
        }
        GeneratedProgram plain = new GeneratedProgram(seed, type, labels, sizes, outputs);
        return random.nextInt(5) < 3 ? withGradient(plain, outputs) : plain;
    }

    private void start() {
        for (Node input : GeneratedInputs.nodes()) {
            Op.Input what = (Op.Input) input.op();
            boolean isWanted = what.equals(GeneratedInputs.PREDICTION) || random.nextInt(5) < 2;
            if (isWanted && what.type() == ValueType.FLOAT && !what.matrix()) {
                pool.addInput(input);
            }
        }
        if (random.nextBoolean()) {
            Double[] perClass = new Double[sizes.classes()];
            Arrays.setAll(perClass, c -> (c % 5) * 0.3 - 0.4);
            pool.addInput(Nodes.classTable(List.of(perClass)));
        }
        pool.add(
                Nodes.binary(
                        BinaryFunction.EQ,
                        Nodes.classIndex(),
                        Nodes.input(GeneratedInputs.LABELS)));
    }

    /** With the mean of the last value as a scalar, and its gradient, if that is sane and not 0 everywhere. */
    private GeneratedProgram withGradient(
            GeneratedProgram plain, SequencedMap<String, Node> outputs) {
        Node sum = Nodes.sum(outputs.get("last"), Axes.ALL);
        Node mean = Nodes.binary(BinaryFunction.DIV, sum, Nodes.size(Axes.ALL));
        Node gradient = gradient(mean);
        if (gradient.isConstant(0)) {
            return plain;
        }
        SequencedMap<String, Node> all = new LinkedHashMap<>(outputs);
        all.put(GeneratedProgram.VALUE, mean);
        all.put(GeneratedProgram.GRADIENT, gradient);
        GeneratedProgram program = new GeneratedProgram(seed, type, labels, sizes, all);
        return program.expected().values().stream().allMatch(this::isSane) ? program : plain;
    }

    /** The gradient of a scalar; 0 where it is not a graph of the op set. */
    private static Node gradient(Node value) {
        try {
            return Autodiff.vjp(value, GeneratedInputs.PREDICTION, Nodes.constant(1));
        } catch (SegLossException e) {
            // A value of SPACE without BATCH that meets one of BATCH: its adjoint would be a sum
            // over BATCH that keeps SPACE.
            return Nodes.constant(0);
        }
    }

    private boolean isSane(Node node) {
        return isSane(evaluation.of(node));
    }

    private boolean isSane(Bounded value) {
        double rounding =
                Tolerance.rounding(type == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32, 1);
        int open = 0;
        for (int i = 0; i < value.count(); i++) {
            double size = Math.abs(value.values()[i]);
            if (!(size <= LARGEST)) {
                return false;
            }
            open += value.errors()[i] <= ROUNDINGS * rounding * Math.max(1, size) ? 0 : 1;
        }
        return open * OPEN_SHARE <= value.count();
    }
}
