package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/** Every registered loss under its options, parameters and shapes, against the reference backend on the same input. */
final class LossRules {
    private static final long SEED = 271_828;

    /** A backend that takes long to compile may try only every so-manieth of the trials of options, by {@code -Dsegloss.conformance.every=}. */
    private static final int EVERY =
            Math.max(1, Integer.getInteger("segloss.conformance.every", 1));

    /** What a loss refuses has nothing to do with the backend, so it is found out once for all of them. */
    private static final ConcurrentMap<LossDefinition, List<Trial>> OPTIONS =
            new ConcurrentHashMap<>();

    private LossRules() {}

    static Stream<DynamicTest> tests(Subject subject) {
        return LossCatalog.load().all().stream()
                .flatMap(loss ->
                        Stream.of(
                                dynamicTest(
                                        "required_loss_" + loss.id() + "_options",
                                        () -> options(subject, loss)),
                                dynamicTest(
                                        "required_loss_" + loss.id() + "_shapes",
                                        () -> shapes(subject, loss)),
                                dynamicTest(
                                        "required_loss_" + loss.id() + "_saturated",
                                        () -> saturated(subject, loss)),
                                dynamicTest(
                                        "required_loss_" + loss.id() + "_nanUnderMask",
                                        () -> nanUnderMask(subject, loss)),
                                dynamicTest(
                                        "optional_loss_" + loss.id() + "_float16",
                                        () -> narrow(subject, loss, DType.FLOAT16)),
                                dynamicTest(
                                        "optional_loss_" + loss.id() + "_bfloat16",
                                        () -> narrow(subject, loss, DType.BFLOAT16))));
    }

    /** With several channels every two choices meet; with one, each choice is tried alone. */
    private static void options(Subject subject, LossDefinition loss) {
        List<Trial> trials = OPTIONS.computeIfAbsent(loss, LossRules::optionsOf);
        if (trials.isEmpty()) {
            fail(loss.id() + " refuses every option with 1 and with 3 channels");
        }
        // Other losses begin elsewhere, so that together they still try every choice.
        int first = Math.floorMod(loss.id().hashCode(), EVERY) % trials.size();
        for (int i = first; i < trials.size(); i += EVERY) {
            Trial trial = trials.get(i);
            LossInputs inputs = trial.inputs(type(subject, i / EVERY));
            compare(
                    subject,
                    trial,
                    trial.hasUpstream() ? withUpstream(subject, trial, inputs) : inputs);
        }
    }

    /** One number for each that the loss gives: how many depends on its reduction and selected classes. */
    private static LossInputs withUpstream(Subject subject, Trial trial, LossInputs inputs) {
        LossInputs exact = TrialInputs.exact(inputs);
        Tensor values = trial.evaluate(subject.reference(), exact).values();
        return TrialInputs.withUpstream(trial, inputs, values);
    }

    private static List<Trial> optionsOf(LossDefinition loss) {
        List<Trial> trials = new ArrayList<>();
        trials.addAll(new Trials(loss, Sizes.of(2, 3, 5, 7), SEED).pairs());
        trials.addAll(new Trials(loss, Sizes.of(2, 1, 5, 7), SEED).alone());
        return List.copyOf(trials);
    }

    /** Float32 and float64 in turns, as far as the backend has them. */
    private static DType type(Subject subject, int turn) {
        List<DType> types =
                Subject.WIDE.stream()
                        .filter(subject.backend().capabilities().predictions()::contains)
                        .toList();
        return types.get(turn % types.size());
    }

    /** One channel and many, one pixel and many, in one to three dimensions; none is a multiple of a tile or vector. */
    private static final List<Sizes> SHAPES =
            List.of(
                    Sizes.of(1, 1, 1),
                    Sizes.of(2, 1, 1021),
                    Sizes.of(1, 1, 3, 5, 7),
                    Sizes.of(2, 2, 7),
                    Sizes.of(1, 2, 8, 8),
                    Sizes.of(1, 3, 64),
                    Sizes.of(2, 3, 5, 13),
                    Sizes.of(1, 5, 65),
                    Sizes.of(2, 5, 3, 3, 5),
                    Sizes.of(1, 17, 8),
                    Sizes.of(2, 17, 7, 13));

    private static void shapes(Subject subject, LossDefinition loss) {
        for (int i = 0; i < SHAPES.size(); i++) {
            Optional<Trial> trial = new Trials(loss, SHAPES.get(i), SEED + i).plain();
            if (trial.isPresent()) {
                compare(subject, trial.get(), trial.get().inputs(type(subject, i)));
            }
        }
    }

    /**
     * Logits of all magnitudes up to 40, in float32: what a naive 1 - p does not survive. Losses that change in steps are left out, since there rounding
     * may exchange two elements.
     */
    private static void saturated(Subject subject, LossDefinition loss) {
        DType type = type(subject, 0);
        for (int classes : List.of(1, 3)) {
            Sizes sizes = Sizes.of(2, classes, 11, 13);
            Optional<Trial> found = new Trials(loss, sizes, SEED).plain();
            if (found.isPresent() && !found.get().isStepwise()) {
                Trial trial = found.get();
                compare(subject, trial, saturate(trial, trial.inputs(type)));
            }
        }
    }

    private static LossInputs saturate(Trial trial, LossInputs inputs) {
        boolean areLogits = trial.options().activation() != Activation.NONE;
        Tensor prediction = inputs.prediction();
        Tensor scaled = Tensor.zeros(prediction.dtype(), prediction.shape());
        int pixels = trial.sizes().pixels();
        for (int i = 0; i < prediction.shape().elements(); i++) {
            double x = prediction.doubleAt(i);
            double scale = 0.25 + 10 * ((i % pixels) % 5) / 4.0;
            double clipped = Math.max(-40, Math.min(40, x * scale));
            scaled.set(i, areLogits ? clipped : Math.pow(x, scale));
        }
        return inputs.withPrediction(scaled);
    }

    /** What stands at pixels that do not count has no influence at all, not even as NaN: neither by mask nor by ignore index. */
    private static void nanUnderMask(Subject subject, LossDefinition loss) {
        DType type = type(subject, 0);
        for (int classes : List.of(1, 3)) {
            Optional<Trial> plain = new Trials(loss, Sizes.of(2, classes, 5, 13), SEED).plain();
            if (plain.isEmpty()) {
                continue;
            }
            Trial masked = plain.get().withMask(true);
            Trial weighted = masked.withWeightMap(Axes.BATCH_SPACE);
            Trial ignoring = plain.get().withOptions(plain.get().options().withIgnoreIndex(255L));
            for (Trial trial : List.of(masked, weighted, ignoring)) {
                if (trial.refusal().isEmpty()) {
                    LossInputs inputs = trial.inputs(type);
                    LossInputs zero = TrialInputs.withUncounted(trial, inputs, 0);
                    LossInputs nan = TrialInputs.withUncounted(trial, inputs, Double.NaN);
                    LossResult clean = trial.evaluate(subject.session(), zero);
                    LossResult poisoned = trial.evaluate(subject.session(), nan);
                    requireEqual(trial, clean.values(), poisoned.values());
                    requireEqual(trial, clean.gradient(), poisoned.gradient());
                }
            }
        }
    }

    private static void requireEqual(Trial trial, Tensor clean, Tensor poisoned) {
        double[] expected = clean.toDoubleArray();
        double[] found = poisoned.toDoubleArray();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] != found[i]) {
                fail(
                        trial
                                + ": NaN at pixels that do not count changes "
                                + expected[i]
                                + " to "
                                + found[i]
                                + " at element "
                                + i);
            }
        }
    }

    private static void narrow(Subject subject, LossDefinition loss, DType type) {
        subject.requireType(type);
        for (int classes : List.of(1, 3)) {
            Optional<Trial> trial = new Trials(loss, Sizes.of(2, classes, 5, 13), SEED).plain();
            if (trial.isPresent()) {
                compare(subject, trial.get(), trial.get().inputs(type));
            }
        }
    }

    /** Fails where value or gradient are not finite, or differ from the reference's on the same input. The reference itself is compared with nothing. */
    static void compare(Subject subject, Trial trial, LossInputs inputs) {
        LossResult found = trial.evaluate(subject.session(), inputs);
        if (subject.isReference()) {
            requireFinite(trial, found.values());
            requireFinite(trial, found.gradient());
            return;
        }
        LossResult expected = trial.evaluate(subject.reference(), TrialInputs.exact(inputs));
        Tolerance tolerance =
                Tolerance.agreement(
                        inputs.prediction().dtype(), inputs.prediction().shape().elements());
        Tensor values = expected.values();
        tolerance
                .valueMismatch(
                        values.toDoubleArray(), found.values().toDoubleArray(), values.shape())
                .or(() ->
                        tolerance.gradientMismatch(
                                expected.gradient().toDoubleArray(),
                                found.gradient().toDoubleArray(),
                                inputs.prediction().shape()))
                .ifPresent(
                        wrong -> fail(trial + ", " + inputs.prediction().dtype() + ": " + wrong));
    }

    private static void requireFinite(Trial trial, Tensor tensor) {
        for (double x : tensor.toDoubleArray()) {
            if (!Double.isFinite(x)) {
                fail(trial + ": value and gradient must be finite, but " + x + " is among them");
            }
        }
    }

    /** A trial of a loss by its id, or a skip where it is not registered. */
    static Trial trial(String id, Sizes sizes) {
        LossDefinition definition =
                LossCatalog.load()
                        .find(id)
                        .orElseGet(() -> Assumptions.abort("no loss '" + id + "' is registered"));
        return new Trials(definition, sizes, SEED)
                .plain()
                .orElseThrow(
                        () -> new AssertionError(id + " refuses " + sizes.classes() + " channels"));
    }
}
