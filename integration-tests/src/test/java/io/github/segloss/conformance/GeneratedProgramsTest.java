package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ReduceFunction;
import io.github.segloss.graph.UnaryFunction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The random programs themselves: what they contain, what they find, and what is left of one that fails. */
class GeneratedProgramsTest {
    private static final Capabilities ALL =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);
    private static final List<GeneratedProgram> PROGRAMS = GeneratedPrograms.of(1, 300, ALL);

    @Test
    void oneSeedGivesOneProgram() {
        GeneratedProgram again = GeneratedPrograms.of(17, 1, ALL).getFirst();
        assertEquals(PROGRAMS.get(16).code(), again.code());
        assertEquals(PROGRAMS.get(16).types(), again.types());
        PROGRAMS.get(16)
                .inputs()
                .forEach((name, values) ->
                        assertTrue(Arrays.equals(values, again.inputs().get(name)), name));
    }

    @Test
    void everyOpIsAmongThem() {
        Set<String> found =
                PROGRAMS.stream()
                        .flatMap(program -> program.program().graph().nodes().stream())
                        .map(node -> name(node.op()))
                        .collect(Collectors.toCollection(TreeSet::new));
        Stream<String> functions =
                Stream.of(
                                Arrays.stream(UnaryFunction.values()),
                                Arrays.stream(BinaryFunction.values()),
                                Arrays.stream(ReduceFunction.values()))
                        .flatMap(s -> s)
                        .map(Enum::name);
        Stream<String> ops =
                Arrays.stream(Op.class.getPermittedSubclasses())
                        .filter(op ->
                                op != Op.Unary.class
                                        && op != Op.Binary.class
                                        && op != Op.Reduce.class)
                        .map(Class::getSimpleName);
        Set<String> all =
                Stream.concat(functions, ops).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, found);
    }

    private static String name(Op op) {
        return switch (op) {
            case Op.Unary(UnaryFunction f) -> f.name();
            case Op.Binary(BinaryFunction f) -> f.name();
            case Op.Reduce(ReduceFunction f, _) -> f.name();
            default -> op.getClass().getSimpleName();
        };
    }

    @Test
    void manyHaveAGradientAndSomeAreDeep() {
        long gradients =
                PROGRAMS.stream()
                        .filter(p -> p.outputs().containsKey(GeneratedProgram.GRADIENT))
                        .count();
        assertTrue(gradients > PROGRAMS.size() / 3, gradients + " programs have a gradient");
        long deep = PROGRAMS.stream().filter(p -> depth(p) >= 20).count();
        assertTrue(deep > PROGRAMS.size() / 20, deep + " programs are 20 ops deep");
    }

    private static int depth(GeneratedProgram program) {
        Map<Node, Integer> depths = new HashMap<>();
        for (Node node : program.program().graph().nodes()) {
            int args = node.args().stream().mapToInt(depths::get).max().orElse(-1);
            depths.put(node, args + 1);
        }
        return depths.values().stream().mapToInt(d -> d).max().orElse(0);
    }

    /** The bounds leave nearly every element to be compared, and are so tight that one wrong lane stands out. */
    @Test
    void oneWrongLaneIsFound() {
        SplittableRandom random = new SplittableRandom(1);
        long known = 0;
        long all = 0;
        int found = 0;
        try (Backend reference = Reference.open()) {
            for (GeneratedProgram program : PROGRAMS) {
                ProgramComparison comparison = new ProgramComparison(program, reference);
                known += comparison.known();
                all += comparison.all();
                Map<String, double[]> results = program.run(reference);
                assertEquals("", comparison.mismatch(results).orElse(""), program.toString());
                double[] values = results.values().iterator().next();
                int lane = random.nextInt(values.length);
                values[lane] += 0.01 * Math.max(0.1, Math.abs(values[lane]));
                found += comparison.mismatch(results).isPresent() ? 1 : 0;
            }
        }
        assertTrue(known > 0.99 * all, known + " of " + all + " elements are compared");
        assertTrue(found > 0.97 * PROGRAMS.size(), found + " wrong lanes were found");
    }

    /** A program that fails is cut down to the op that is wrong, its arguments and hardly more. */
    @ParameterizedTest
    @CsvSource({
        "WRONG_TAIL, 3",
        "SWAPPED_OPERANDS, 4",
        "WRONG_TIE_ORDER, 4",
        "CLASS_OFF_BY_ONE, 6",
        "FLOAT_SUMS, 4",
    })
    void theSmallestProgramThatFailsIsPrinted(Fault fault, int nodes) {
        try (Backend reference = Reference.open();
                Backend faulty = FaultyBackend.provider(fault).open(BackendOptions.DEFAULT)) {
            String report =
                    PROGRAMS.stream()
                            .flatMap(p -> GeneratedPrograms.check(faulty, reference, p).stream())
                            .findFirst()
                            .orElse("");
            long lines = report.lines().filter(line -> line.startsWith("Node ")).count();
            assertTrue(lines > 0 && lines <= nodes, report);
            assertTrue(report.contains("-Dsegloss.seed=") && report.contains("allowed"), report);
        }
    }
}
