package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.loss.WeightNormalization;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Holds every registered loss to the laws that it declares, in float64, with one channel and with three. Two sides of a law are compared like two
 * backends, times {@link #ORDER}, since the sums are over the same terms in another order.
 */
public final class Laws {
    private static final long SEED = 141_421;
    private static final double ORDER = 8;

    /** Clip edges and smoothing under a root leave this much of a perfect prediction's loss: {@code (1e-7)^0.25} is 0.018. */
    private static final double NEARLY_ZERO = 0.05;

    private Laws() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return LossCatalog.load().all().stream()
                .flatMap(loss ->
                        Arrays.stream(Law.values())
                                .filter(loss.laws()::contains)
                                .map(law ->
                                        DynamicTest.dynamicTest(
                                                "required_law_"
                                                        + loss.id()
                                                        + "_"
                                                        + law.name().toLowerCase(Locale.ROOT),
                                                () -> {
                                                    subject.requireType(DType.FLOAT64);
                                                    check(subject.session(), loss, law)
                                                            .ifPresent(wrong -> fail(wrong));
                                                })));
    }

    /**
     * {@return how a loss breaks a law, if it does}
     *
     * @param session the backend, which has FLOAT64
     * @param loss the loss
     * @param law the law
     */
    public static Optional<String> check(Session session, LossDefinition loss, Law law) {
        return Stream.of(1, 3)
                .filter(classes -> law != Law.RELABEL_CLASSES || classes > 1)
                .map(classes -> new Trials(loss, Sizes.of(3, classes, 4, 6), SEED).plain())
                .flatMap(Optional::stream)
                .map(trial -> check(session, trial, law))
                .flatMap(Optional::stream)
                .findFirst()
                .map(wrong -> loss.id() + " does not keep " + law + ": " + wrong);
    }

    /** How a loss breaks the law that a 0/1 weight map is a mask, if means divide by the sum of weights. */
    static Optional<String> weightsWithWeightSum(Session session, LossDefinition loss) {
        return Stream.of(1, 3)
                .map(classes -> new Trials(loss, Sizes.of(3, classes, 4, 6), SEED).plain())
                .flatMap(Optional::stream)
                .map(trial ->
                        trial.withOptions(
                                trial.options()
                                        .withWeightNormalization(WeightNormalization.WEIGHT_SUM)))
                .map(trial -> weights(session, trial, trial.inputs(DType.FLOAT64)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> check(Session session, Trial trial, Law law) {
        LossInputs inputs = trial.inputs(DType.FLOAT64);
        Rearrangement none = Rearrangement.none(trial.sizes());
        return switch (law) {
            case PERMUTE_SAMPLES -> rearranged(session, trial, inputs, none.withSamples(2, 0, 1));
            case PERMUTE_PIXELS ->
                    rearranged(
                            session,
                            trial,
                            inputs,
                            none.withPixels(Rearrangement.shuffled(trial.sizes().pixels(), SEED)));
            case RELABEL_CLASSES -> rearranged(session, trial, inputs, none.withClasses(2, 0, 1));
            case MASK_IS_REMOVAL -> removal(session, trial, inputs);
            case WEIGHTS_ARE_MASK -> weights(session, trial, inputs);
            case SOFT_IS_HARD -> soft(session, trial);
            case BATCH_IS_MEAN -> batch(session, trial, inputs);
            case NOT_NEGATIVE -> negative(session, trial);
            case ZERO_WHEN_PERFECT -> perfect(session, trial, inputs);
        };
    }

    private static Optional<String> rearranged(
            Session session, Trial trial, LossInputs inputs, Rearrangement order) {
        LossResult before = trial.evaluate(session, inputs);
        Trial other = order.apply(trial);
        LossResult after = other.evaluate(session, order.apply(trial, inputs));
        return same(
                trial,
                before.value(),
                order.apply(before.gradient(), Axes.ALL).toDoubleArray(),
                after.value(),
                after.gradient().toDoubleArray());
    }

    private static Optional<String> same(
            Trial trial, double value, double[] gradient, double otherValue, double[] other) {
        Tolerance tolerance =
                Tolerance.agreement(DType.FLOAT64, trial.sizes().elements(Axes.ALL)).times(ORDER);
        Shape line = Shape.of(gradient.length);
        return tolerance
                .valueMismatch(new double[] {value}, new double[] {otherValue}, Shape.of())
                .or(() -> tolerance.gradientMismatch(gradient, other, line))
                .map(wrong -> trial + ": " + wrong);
    }

    /** Two thirds of the pixels, the same in every sample. */
    private static int[] kept(Sizes sizes) {
        return IntStream.range(0, sizes.pixels()).filter(s -> s % 3 != 1).toArray();
    }

    private static Tensor mask(Sizes sizes, DType type) {
        Tensor mask = Tensor.zeros(type, sizes.shape(Axes.BATCH_SPACE));
        sizes.forEach(
                (n, c, s) -> mask.set(sizes.index(Axes.BATCH_SPACE, n, 0, s), s % 3 != 1 ? 1 : 0));
        return mask;
    }

    private static Optional<String> removal(Session session, Trial trial, LossInputs inputs) {
        Sizes sizes = trial.sizes();
        Rearrangement removal = Rearrangement.none(sizes).withPixels(kept(sizes));
        LossResult masked = trial.evaluate(session, inputs.withMask(mask(sizes, DType.UINT8)));
        LossResult removed = removal.apply(trial).evaluate(session, removal.apply(trial, inputs));
        double[] gradient = masked.gradient().toDoubleArray();
        for (int i = 0; i < gradient.length; i++) {
            if (i % sizes.pixels() % 3 == 1 && gradient[i] != 0) {
                return Optional.of(
                        trial + ": the gradient under the mask is " + gradient[i] + ", not 0");
            }
        }
        return same(
                trial,
                removed.value(),
                removed.gradient().toDoubleArray(),
                masked.value(),
                removal.apply(masked.gradient(), Axes.ALL).toDoubleArray());
    }

    private static Optional<String> weights(Session session, Trial trial, LossInputs inputs) {
        LossResult masked =
                trial.evaluate(session, inputs.withMask(mask(trial.sizes(), DType.UINT8)));
        LossResult weighted =
                trial.evaluate(session, inputs.withWeightMap(mask(trial.sizes(), DType.FLOAT64)));
        return same(
                trial,
                masked.value(),
                masked.gradient().toDoubleArray(),
                weighted.value(),
                weighted.gradient().toDoubleArray());
    }

    private static Optional<String> soft(Session session, Trial trial) {
        Optional<Trial> dense =
                Stream.of(TargetKind.ONE_HOT, TargetKind.BINARY)
                        .map(kind -> trial.withOptions(trial.options().withTarget(kind)))
                        .filter(t -> t.refusal().isEmpty())
                        .findFirst();
        if (dense.isEmpty()) {
            return Optional.of(trial + ": it takes no dense target");
        }
        LossInputs inputs = dense.get().inputs(DType.FLOAT64);
        Trial soft = trial.withOptions(trial.options().withTarget(TargetKind.SOFT));
        LossResult hardResult = dense.get().evaluate(session, inputs);
        LossResult softResult = soft.evaluate(session, inputs);
        return same(
                dense.get(),
                hardResult.value(),
                hardResult.gradient().toDoubleArray(),
                softResult.value(),
                softResult.gradient().toDoubleArray());
    }

    private static Optional<String> batch(Session session, Trial trial, LossInputs inputs) {
        LossResult whole = trial.evaluate(session, inputs);
        int samples = trial.sizes().batch();
        double mean = 0;
        double[] gradient = new double[(int) inputs.prediction().shape().elements()];
        for (int n = 0; n < samples; n++) {
            Rearrangement one = Rearrangement.none(trial.sizes()).withSamples(n);
            LossResult alone = one.apply(trial).evaluate(session, one.apply(trial, inputs));
            mean += alone.value() / samples;
            double[] part = alone.gradient().toDoubleArray();
            for (int i = 0; i < part.length; i++) {
                gradient[n * part.length + i] = part[i] / samples;
            }
        }
        return same(trial, mean, gradient, whole.value(), whole.gradient().toDoubleArray());
    }

    private static Optional<String> negative(Session session, Trial trial) {
        for (long seed = SEED; seed < SEED + 5; seed++) {
            Trial other = trial.withSeed(seed);
            double value = other.evaluate(session, other.inputs(DType.FLOAT64)).value();
            if (!(value >= -1e-12)) {
                return Optional.of(other + ": the value is " + value);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> perfect(Session session, Trial trial, LossInputs inputs) {
        Sizes sizes = trial.sizes();
        boolean areLogits = trial.options().activation() != Activation.NONE;
        Tensor prediction = Tensor.zeros(DType.FLOAT64, sizes.shape(Axes.ALL));
        sizes.forEach((n, c, s) -> {
            boolean isOn = isOn(trial, inputs.target(), n, c, s);
            double value = areLogits ? (isOn ? 40 : -40) : (isOn ? 1 : 0);
            prediction.set(sizes.index(Axes.ALL, n, c, s), value);
        });
        double value = trial.evaluate(session, inputs.withPrediction(prediction)).value();
        return Math.abs(value) <= NEARLY_ZERO
                ? Optional.empty()
                : Optional.of(trial + ": the value of a perfect prediction is " + value);
    }

    private static boolean isOn(Trial trial, Tensor target, int n, int c, int s) {
        Sizes sizes = trial.sizes();
        if (trial.options().target().isDense()) {
            return target.doubleAt(sizes.index(Axes.ALL, n, c, s)) > 0.5;
        }
        long label = target.longAt(sizes.index(Axes.BATCH_SPACE, n, 0, s));
        return label == (sizes.classes() == 1 ? 1 : c);
    }
}
