package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Random programs over all ops, run on a backend and compared with the reference on the same inputs.
 *
 * <p>How far a result may be off is not one number: {@link BoundedEvaluation} carries a bound through each graph, element by element, so that a long chain of
 * roundings is allowed what it costs and a single wrong lane is still found. A program that fails is cut down to the smallest that fails, and printed as
 * code with its seed and the command that repeats it.
 *
 * <p>{@code -Dsegloss.graphs=N} says how many programs the kit runs (200 if it is not given), {@code -Dsegloss.seed=S} which: those of the seeds S to S + N - 1.
 *
 * <p>Where compiling is slow a test can take the programs first and compile them together or side by side: {@link #of} makes them, {@link
 * GeneratedProgram#program} and {@link GeneratedProgram#types} are what to compile, {@link GeneratedProgram#run(io.github.segloss.backend.Executable)} runs
 * what was compiled, and {@link #mismatch} compares.
 */
public final class GeneratedPrograms {
    /** The property with the number of programs. */
    public static final String COUNT_PROPERTY = "segloss.graphs";

    /** The property with the first seed. */
    public static final String SEED_PROPERTY = "segloss.seed";

    private static final int DEFAULT_COUNT = 200;
    private static final long DEFAULT_SEED = 1;
    private static final int TESTS = 10;

    private GeneratedPrograms() {}

    /**
     * {@return one program for each of some successive seeds}
     *
     * @param seed the first seed
     * @param count how many
     * @param capabilities the element types that they may have
     */
    public static List<GeneratedProgram> of(long seed, int count, Capabilities capabilities) {
        return LongStream.range(seed, seed + count)
                .mapToObj(s -> GraphGenerator.generate(s, capabilities))
                .toList();
    }

    /**
     * {@return what is wrong with a backend's results of a program, if anything: the element, both values, and the smallest program that fails too}
     *
     * @param backend the backend
     * @param reference the reference backend
     * @param program the program
     */
    public static Optional<String> check(
            Backend backend, Backend reference, GeneratedProgram program) {
        return failure(backend, reference, program)
                .map(wrong -> {
                    GeneratedProgram smallest =
                            GraphShrinker.shrink(
                                    program, p -> failure(backend, reference, p).isPresent());
                    return program
                            + " on backend '"
                            + backend.name()
                            + "': "
                            + wrong
                            + "\nThe smallest program that fails: "
                            + failure(backend, reference, smallest).orElse("")
                            + "\n"
                            + smallest.code()
                            + "To repeat: ./mvnw -pl integration-tests -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest='*BackendTest#generated' -D"
                            + SEED_PROPERTY
                            + "="
                            + program.seed()
                            + " -D"
                            + COUNT_PROPERTY
                            + "=1";
                });
    }

    /**
     * {@return what is wrong with the outputs of a program, if anything}
     *
     * @param reference the reference backend
     * @param program the program
     * @param found what {@link GeneratedProgram#run} gave
     */
    public static Optional<String> mismatch(
            Backend reference, GeneratedProgram program, Map<String, double[]> found) {
        return new ProgramComparison(program, reference).mismatch(found);
    }

    private static Optional<String> failure(
            Backend backend, Backend reference, GeneratedProgram program) {
        try {
            return mismatch(reference, program, program.run(backend));
        } catch (RuntimeException e) {
            return Optional.of("it fails with " + e);
        }
    }

    /**
     * {@return how many programs the kit is to run}
     *
     * @param count how many, if no property says otherwise
     */
    public static int count(int count) {
        return Integer.getInteger(COUNT_PROPERTY, count);
    }

    static Stream<DynamicTest> tests(Subject subject) {
        return tests(subject, count(DEFAULT_COUNT));
    }

    static Stream<DynamicTest> tests(Subject subject, int count) {
        long seed = Long.getLong(SEED_PROPERTY, DEFAULT_SEED);
        Stream<DynamicTest> programs =
                IntStream.range(0, TESTS)
                        .mapToObj(k -> {
                            long first = seed + (long) count * k / TESTS;
                            long end = seed + (long) count * (k + 1) / TESTS;
                            return dynamicTest(
                                    "required_generated_programs_" + (k + 1) + "of" + TESTS,
                                    () -> programs(subject, first, end));
                        });
        return Stream.concat(
                programs,
                Stream.of(
                        dynamicTest(
                                "required_generated_gradients",
                                () -> gradients(subject, seed, (count + 3) / 4))));
    }

    private static void programs(Subject subject, long first, long end) {
        Capabilities capabilities = subject.backend().capabilities();
        for (long seed = first; seed < end; seed++) {
            check(
                            subject.backend(),
                            subject.reference().backend(),
                            GraphGenerator.generate(seed, capabilities))
                    .ifPresent(wrong -> fail(wrong));
        }
    }

    /** In float64, where a difference of values has the digits. */
    private static void gradients(Subject subject, long seed, int count) {
        subject.requireType(DType.FLOAT64);
        Capabilities wide =
                new Capabilities(
                        Set.of(DType.FLOAT64),
                        subject.backend().capabilities().labels(),
                        subject.isReference());
        int checked = 0;
        for (GeneratedProgram program : of(seed, count, wide)) {
            ProgramGradient gradient = new ProgramGradient(program, subject.backend());
            gradient.mismatch()
                    .ifPresent(wrong -> fail(program + ": " + wrong + "\n" + program.code()));
            checked += gradient.isChecked() ? 1 : 0;
        }
        int least = count / 10;
        int found = checked;
        assertTrue(
                found >= least,
                () -> "only " + found + " of " + count + " programs had a smooth gradient");
    }
}
