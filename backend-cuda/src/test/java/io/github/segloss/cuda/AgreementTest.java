package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs on the emulated device against the scalar backend, with threads and blocks in an unusual order. */
class AgreementTest {
    private static final Geometry ODD = Geometry.of(2, 13, 11);
    private static final Geometry EVEN = Geometry.of(1, 16, 40);

    private static List<Trial> losses() {
        Set<String> seen = new HashSet<>();
        return LossTrials.all(3, Trial.Data.of(ODD)).stream()
                .filter(trial -> seen.add(trial.name().substring(0, trial.name().indexOf(' '))))
                .toList();
    }

    private static List<Trial> variants() {
        List<Trial> trials = new ArrayList<>(LossTrials.withInputs(EVEN));
        for (int channels : new int[] {2, 21, 104}) {
            trials.add(LossTrials.softmax("dice_ce", channels, Trial.Data.of(ODD)));
        }
        trials.add(
                LossTrials.of(
                        "dice_focal",
                        LossOptions.sigmoid(),
                        InputLayout.of(1),
                        Trial.Data.of(EVEN)));
        for (DType type : List.of(DType.FLOAT64, DType.FLOAT16, DType.BFLOAT16)) {
            trials.add(LossTrials.softmax("dice_ce", 4, Trial.Data.of(EVEN).floating(type)));
        }
        trials.add(
                LossTrials.softmax(
                        "lovasz_softmax", 2, Trial.Data.of(ODD).floating(DType.FLOAT64)));
        for (DType type : List.of(DType.INT8, DType.INT16, DType.INT32, DType.INT64)) {
            trials.add(LossTrials.softmax("cross_entropy", 4, Trial.Data.of(EVEN).labels(type)));
        }
        return trials;
    }

    static Stream<Trial> trials() {
        return Stream.of(losses(), variants(), GraphTrials.all()).flatMap(List::stream);
    }

    @BeforeAll
    static void compileTogether() {
        Emulation.prepare(losses());
        Emulation.prepare(variants());
        Emulation.prepare(GraphTrials.all());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("trials")
    void agreesWithTheScalarBackend(Trial trial) {
        try (Backend backend = Emulation.open(3)) {
            trial.run(backend).assertNear(trial.reference(false), trial.tolerance(), trial.name());
        }
    }

    @Test
    void addsToTheGradientWhenAsked() {
        for (Trial trial : variants()) {
            try (Backend backend = Emulation.open(0)) {
                trial.run(backend, true)
                        .assertNear(trial.reference(true), trial.tolerance(), trial.name());
            }
        }
    }

    @Test
    void givesTheSameBitsInEveryOrderOfThreadsAndBlocks() {
        List<Trial> trials =
                List.of(
                        LossTrials.softmax("dice_ce", 4, Trial.Data.of(Geometry.of(2, 3000))),
                        LossTrials.softmax("dice_ce", 21, Trial.Data.of(ODD)),
                        LossTrials.softmax("lovasz_softmax", 3, Trial.Data.of(ODD)),
                        GraphTrials.windows(DType.FLOAT32, Geometry.of(2, 4, 5, 6)),
                        GraphTrials.distances(DType.FLOAT32, Geometry.of(1, 40, 33)));
        for (Trial trial : trials) {
            Trial.Outcome first = null;
            for (int seed : new int[] {0, 1, 5, 12}) {
                try (Backend backend = Emulation.open(seed);
                        Executable executable = backend.compile(trial.program(), trial.types())) {
                    Trial.Outcome outcome = trial.run(executable, false);
                    Trial.Outcome again = trial.run(executable, false);
                    Trial.Outcome expected = first == null ? outcome : first;
                    first = expected;
                    for (Trial.Outcome found : List.of(outcome, again)) {
                        found.outputs()
                                .forEach((name, values) ->
                                        assertArrayEquals(
                                                expected.outputs().get(name),
                                                values,
                                                0.0,
                                                trial.name() + " " + name + ", order " + seed));
                    }
                }
            }
        }
    }
}
