package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.losses.GeneralizedWassersteinDiceLoss.WeightingMode;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights and mixing factors are parameters of a compiled program: changing them compiles nothing. */
class RuntimeParametersTest {
    private static final RegionOptions REGION = RegionOptions.DEFAULT;

    /** A loss as a function of a number in (0, 1) that enters all of its weights. */
    record Schedule(String name, boolean isBinary, DoubleFunction<Loss> loss) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Schedule binary(String name, DoubleFunction<Loss> loss) {
        return new Schedule(name, true, loss);
    }

    private static Schedule classes(String name, DoubleFunction<Loss> loss) {
        return new Schedule(name, false, loss);
    }

    static Stream<Schedule> schedules() {
        return Stream.of(
                binary("bce_with_logits", t -> new BceWithLogitsLoss(0, List.of(t))),
                binary("weighted_bce", WeightedBceLoss::new),
                binary("balanced_bce", BalancedBceLoss::new),
                binary("focal sigmoid", t -> new FocalLoss(t, 2)),
                classes("focal softmax", t -> new FocalLoss(List.of(t, 1 - t, 0.5), 2, null)),
                classes("conservative", t -> new ConservativeLoss(t, 2, 1e-7)),
                classes("tversky", t -> new TverskyLoss(t, 1 - t, REGION)),
                classes("asymmetric_similarity", t -> new AsymmetricSimilarityLoss(t, REGION)),
                classes(
                        "focal_tversky",
                        t ->
                                new FocalTverskyLoss(
                                        t,
                                        1 - t,
                                        0.75,
                                        FocalTverskyLoss.FocalOver.CLASS,
                                        null,
                                        REGION)),
                classes(
                        "generalized_wasserstein_dice",
                        t ->
                                new GeneralizedWassersteinDiceLoss(
                                        List.of(
                                                List.of(0.0, 1.0, t),
                                                List.of(1.0, 0.0, 0.5),
                                                List.of(t, 0.5, 0.0)),
                                        WeightingMode.GDL,
                                        1e-5,
                                        1e-5)),
                classes("sensitivity_specificity", t -> new SensitivitySpecificityLoss(t, 1e-5)),
                classes("symmetric_focal", t -> new SymmetricFocalLoss(t, 2, 1e-7, 0)),
                classes("asymmetric_focal", t -> new AsymmetricFocalLoss(t, 2, 1e-7, 0)),
                classes(
                        "symmetric_focal_tversky",
                        t -> new SymmetricFocalTverskyLoss(t, 0.75, 1e-7, 1e-7, 1e-7, 0)),
                classes(
                        "asymmetric_focal_tversky",
                        t -> new AsymmetricFocalTverskyLoss(t, 0.75, 1e-7, 1e-7, 1e-7, 0)),
                classes(
                        "symmetric_unified_focal",
                        t -> new SymmetricUnifiedFocalLoss(t, 1 - t, 0.5, 1e-7, 1e-7, 1e-7, 0)),
                classes(
                        "asymmetric_unified_focal",
                        t -> new AsymmetricUnifiedFocalLoss(t, 1 - t, 0.5, 1e-7, 1e-7, 1e-7, 0)),
                binary("combo", t -> new ComboLoss(t, 1 - t)),
                classes(
                        "combo of channels",
                        t -> new ComboLoss(t, null, List.of(t, 1 - t, t), 1e-5, 1e-5, 1e-7)),
                classes("dice_ce", t -> new DiceCeLoss(t, 1 - t, 0, 1e-7, REGION)),
                classes("dice_focal", t -> new DiceFocalLoss(t, 1 - t, new FocalLoss(), REGION)),
                classes(
                        "hybrid_focal",
                        t -> new HybridFocalLoss(t, new FocalLoss(t, 2), new FocalTverskyLoss())),
                classes(
                        "exponential_logarithmic",
                        t -> new ExponentialLogarithmicLoss(0.3, 0.3, t, 1 - t, 1, 1, 1e-7)),
                classes(
                        "weighted_sum",
                        t -> new WeightedSumLoss(t, new DiceLoss(), 1 - t, new FocalLoss())));
    }

    private static LossInputs inputs(boolean isBinary) {
        Random random = new Random(3);
        int channels = isBinary ? 1 : 3;
        double[] x = new double[2 * channels * 6];
        Arrays.setAll(x, _ -> random.nextGaussian());
        int[] labels = {0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1};
        return LossInputs.of(Tensor.wrap(x, 2, channels, 2, 3), Tensor.wrap(labels, 2, 2, 3));
    }

    private static LossOptions options(boolean isBinary) {
        return isBinary
                ? LossOptions.sigmoid().withTarget(TargetKind.CLASS_INDICES)
                : LossOptions.softmax();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void changingWeightsAHundredTimesCompilesOnce(Schedule schedule) {
        try (Session session = Session.open("scalar")) {
            Set<Double> values = new HashSet<>();
            for (int k = 1; k <= 100; k++) {
                Loss loss = schedule.loss().apply(k / 101.0);
                values.add(
                        session.loss(loss, options(schedule.isBinary()))
                                .evaluate(inputs(schedule.isBinary()))
                                .value());
            }
            assertEquals(1, session.compilations());
            assertEquals(100, values.size(), "each weight must have its own value");
        }
    }

    @Test
    void changingClassWeightsCompilesOnceAndAnExponentAnew() {
        try (Session session = Session.open("scalar")) {
            for (int k = 1; k <= 10; k++) {
                var _ =
                        session.loss(
                                        new CrossEntropyLoss(),
                                        LossOptions.softmax().withClassWeights(k, 1, 2))
                                .evaluate(inputs(false))
                                .value();
            }
            assertEquals(1, session.compilations());
            for (double gamma : new double[] {1.5, 2.5}) {
                var _ =
                        session.loss(new FocalLoss(List.of(), gamma, null), LossOptions.softmax())
                                .evaluate(inputs(false))
                                .value();
            }
            assertEquals(3, session.compilations());
        }
    }

    @Test
    void weightsOfASumAreScheduledByName() {
        try (Session session = Session.open("scalar")) {
            Loss dice = new DiceLoss();
            Loss focal = new FocalLoss();
            LossFunction sum =
                    session.loss(new WeightedSumLoss(1, dice, 0, focal), LossOptions.softmax());
            LossInputs inputs = inputs(false);
            double before = sum.evaluate(inputs).value();
            double after = sum.with("weight", 0).with("weight#2", 1).evaluate(inputs).value();
            assertEquals(1, session.compilations());
            assertEquals(
                    session.loss(dice, LossOptions.softmax()).evaluate(inputs).value(), before);
            assertEquals(
                    session.loss(focal, LossOptions.softmax()).evaluate(inputs).value(), after);
            assertNotEquals(before, after);
        }
    }

    @Test
    void concurrentRunsAgreeBitForBit() throws InterruptedException, ExecutionException {
        Random random = new Random(4);
        double[] x = new double[2 * 3 * 40 * 50];
        Arrays.setAll(x, _ -> random.nextGaussian());
        int[] labels = random.ints(2 * 40 * 50, 0, 3).toArray();
        LossInputs inputs =
                LossInputs.of(Tensor.wrap(x, 2, 3, 40, 50), Tensor.wrap(labels, 2, 40, 50));
        try (Session session = Session.open("scalar");
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            LossFunction loss =
                    session.loss(new AsymmetricUnifiedFocalLoss(), LossOptions.softmax());
            List<Future<LossResult>> results = new ArrayList<>();
            for (int k = 0; k < 32; k++) {
                results.add(threads.submit(() -> loss.evaluate(inputs)));
            }
            LossResult first = results.getFirst().get();
            for (Future<LossResult> result : results) {
                assertEquals(first.value(), result.get().value());
                assertArrayEquals(
                        first.gradient().toDoubleArray(), result.get().gradient().toDoubleArray());
            }
            assertEquals(1, session.compilations());
        }
    }
}
