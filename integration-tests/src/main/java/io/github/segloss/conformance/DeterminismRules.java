package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The same input gives the same bits: again, from several threads at once, and on any number of threads. */
final class DeterminismRules {
    private static final Sizes SIZES = Sizes.of(2, 3, 13, 17);

    private DeterminismRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        Stream<DynamicTest> runs =
                ContractRules.REPRESENTATIVES.stream()
                        .flatMap(id ->
                                Stream.of(
                                        ContractRules.rule(
                                                "sameBitsAgain", id, () -> again(subject, id)),
                                        ContractRules.rule(
                                                "sameBitsFromManyThreads",
                                                id,
                                                () -> concurrently(subject, id))));
        Stream<DynamicTest> threads =
                Stream.of("dice", "cross_entropy", "lovasz_softmax", "soft_cldice")
                        .map(id ->
                                ContractRules.rule(
                                        "sameBitsForAnyNumberOfThreads",
                                        id,
                                        () -> threads(subject, id)));
        return Stream.concat(runs, threads);
    }

    private static void again(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        // In float64 too, where the last bits of a sum are not rounded away.
        for (DType type : Subject.WIDE) {
            if (subject.backend().capabilities().predictions().contains(type)) {
                LossInputs inputs = trial.inputs(type);
                long[] first = ContractRules.bits(function.evaluate(inputs));
                for (int run = 1; run < 20; run++) {
                    assertArrayEquals(
                            first,
                            ContractRules.bits(function.evaluate(inputs)),
                            "run " + run + " of " + trial);
                }
            }
        }
    }

    private static void concurrently(Subject subject, String id) {
        Trial trial = LossRules.trial(id, SIZES);
        LossFunction function = subject.session().loss(trial.loss(), trial.options());
        List<LossInputs> inputs = new ArrayList<>();
        List<long[]> expected = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            inputs.add(trial.withSeed(trial.seed() + k).inputs(ContractRules.type(subject)));
            expected.add(ContractRules.bits(function.evaluate(inputs.get(k))));
        }
        List<Callable<long[]>> calls = new ArrayList<>();
        for (int call = 0; call < 24; call++) {
            LossInputs some = inputs.get(call % 4);
            calls.add(() -> ContractRules.bits(function.evaluate(some)));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<long[]>> results = pool.invokeAll(calls);
            for (int call = 0; call < calls.size(); call++) {
                assertArrayEquals(
                        expected.get(call % 4),
                        results.get(call).get(),
                        "call " + call + " of " + trial);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
        } catch (ExecutionException e) {
            fail(trial + " fails when it is called from several threads: " + e.getCause(), e);
        }
    }

    private static void threads(Subject subject, String id) {
        Trial trial = LossRules.trial(id, Sizes.of(2, 3, 20_011));
        LossInputs inputs = trial.inputs(ContractRules.type(subject));
        long[] expected = ContractRules.bits(trial.evaluate(subject.session(), inputs));
        for (int count : List.of(1, 2, 3)) {
            try (Session session =
                    Session.on(subject.provider().open(new BackendOptions(count, 0)))) {
                assertArrayEquals(
                        expected,
                        ContractRules.bits(trial.evaluate(session, inputs)),
                        count + " threads, " + trial);
            }
        }
    }
}
