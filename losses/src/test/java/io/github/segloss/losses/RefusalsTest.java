package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.SegLossException;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What losses refuse, and that the messages name the loss, the thing, the value found and what is allowed. */
class RefusalsTest {
    private static final LossOptions SOFTMAX = LossOptions.softmax();
    private static final LossOptions SIGMOID = LossOptions.sigmoid();

    /** Losses that are a function of a mean, and so have no single values. */
    private static final Set<String> OF_A_MEAN = Set.of("log_cosh_dice", "log_hausdorff_dt");

    static Stream<Setting> settings() {
        return Setting.all();
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(SegLossException.class, call).getMessage());
    }

    private static void define(Loss loss, LossOptions options, int channels) {
        LossGraph _ = LossGraph.of(loss, options, InputLayout.of(channels), Outputs.VALUE);
    }

    // ---- parameters

    @Test
    void parameterOutOfRange() {
        assertRefused(
                "tversky: parameter alpha_fp is -0.5; it must be a number at least 0",
                () -> new TverskyLoss(-0.5, 0.5, RegionOptions.DEFAULT));
        assertRefused(
                "balanced_bce: parameter beta is NaN; it must be a number at least 0 and at most 1",
                () -> new BalancedBceLoss(Double.NaN));
        assertRefused(
                "focal: parameter alpha is 1.5; where negatives weigh 1 - alpha it must be at most 1",
                () -> new FocalLoss(1.5, 2));
        assertRefused(
                "focal: parameter alpha is 1.5; where negatives weigh 1 - alpha it must be at most 1",
                () ->
                        define(
                                new FocalLoss(List.of(0.5, 1.5, 0.5), 2, null),
                                LossOptions.of(Activation.SIGMOID, TargetKind.BINARY),
                                3));
        assertRefused(
                "focal: parameter alpha is -0.5; it must be a number, or a list with one per class, each at least 0; or null",
                () -> new FocalLoss(List.of(0.5, -0.5), 2, null));
        assertRefused(
                "symmetric_unified_focal: parameter gamma is 1.0; it must be a number at least 0 and below 1",
                () -> LossCatalog.load().create("symmetric_unified_focal", Map.of("gamma", 1)));
        assertRefused(
                "region options: parameter smooth_nr is -1.0; it must be at least 0",
                () -> RegionOptions.smooth(-1));
    }

    @Test
    void parameterUnknownOrMisspelt() {
        assertRefused(
                "tversky: unknown parameter 'squared'; its parameters are alpha_fp, beta_fn, smooth_nr, smooth_dr, overlap, empty_class",
                () -> new TverskyLoss(0.5, 0.5, RegionOptions.DEFAULT.withSquares()));
        assertRefused(
                "dice: parameter overlap is l2; it must be one of product, l1",
                () -> LossCatalog.load().create("dice", Map.of("overlap", "l2")));
    }

    @Test
    void parametersThatDoNotFitTogether() {
        assertRefused(
                "focal_tversky: parameter smooth_nr is 2.0, above smooth_dr, which is 1.0; it must be at most smooth_dr, since one minus the score is raised to a power and must not fall below 0",
                () ->
                        new FocalTverskyLoss(
                                0.3,
                                0.7,
                                0.75,
                                FocalTverskyLoss.FocalOver.CLASS,
                                null,
                                RegionOptions.smooth(2, 1)));
        assertRefused(
                "combo: parameters beta and channel_weights are both null; give one of them",
                () -> new ComboLoss(0.5, null, List.of(), 1, 1, null));
        assertRefused(
                "generalized_wasserstein_dice: parameter distance_matrix has 0.5 at [1, 1]; the distance of a class to itself must be 0",
                () ->
                        new GeneralizedWassersteinDiceLoss(
                                List.of(List.of(0.0, 1.0), List.of(1.0, 0.5))));
        assertRefused(
                "weighted_sum: it has no parts; give at least one loss",
                () -> new WeightedSumLoss(List.of()));
        assertRefused(
                "weighted_sum: the weight of dice is Infinity; it must be finite",
                () -> new WeightedSumLoss.Part(Double.POSITIVE_INFINITY, new DiceLoss()));
    }

    @Test
    void parametersThatDoNotFitThePrediction() {
        assertRefused(
                "focal: alpha has 2 values; it must have one for each of the 3 classes",
                () -> define(new FocalLoss(List.of(0.5, 0.5), 2, null), SOFTMAX, 3));
        assertRefused(
                "generalized_wasserstein_dice: distance_matrix has rows of sizes [2, 2]; it must be 3 x 3, one row and one column for each class",
                () ->
                        define(
                                new GeneralizedWassersteinDiceLoss(
                                        List.of(List.of(0.0, 1.0), List.of(1.0, 0.0))),
                                SOFTMAX,
                                3));
        assertRefused(
                "asymmetric_focal: parameter background_class is 3; the classes are 0 to 2",
                () -> define(new AsymmetricFocalLoss(0.7, 2, 1e-7, 3), SOFTMAX, 3));
    }

    // ---- options

    @Test
    void activations() {
        assertRefused(
                "bce: activation sigmoid does not fit, it takes probabilities (for logits there is bce_with_logits); allowed: none",
                () -> define(new BceLoss(), SIGMOID, 1));
        assertRefused(
                "weighted_bce: activation softmax does not fit, it takes logits of yes-or-no questions; allowed: sigmoid",
                () -> define(new WeightedBceLoss(), SOFTMAX, 3));
        assertRefused(
                "conservative: 3 independent channels (activation sigmoid, target binary) do not fit, a pixel has one class; allowed: one channel, activation softmax, or probabilities of exclusive classes",
                () -> define(new ConservativeLoss(), SIGMOID, 3));
        assertRefused(
                "dice: softmax over a single channel is always 1; use sigmoid, or give one channel for each class",
                () -> define(new DiceLoss(), SOFTMAX, 1));
    }

    @Test
    void targetsClassesAndWeights() {
        assertRefused(
                "generalized_wasserstein_dice: a soft target does not fit, the distance is that of the label to the prediction; allowed: class_indices, one_hot, binary",
                () ->
                        define(
                                new GeneralizedWassersteinDiceLoss(),
                                SOFTMAX.withTarget(TargetKind.SOFT),
                                3));
        assertRefused(
                "symmetric_focal: class 0 is not selected, the background is what the others are rare against; select it too",
                () ->
                        define(
                                new SymmetricFocalLoss(),
                                SOFTMAX.withClasses(ClassSelection.FOREGROUND),
                                3));
        assertRefused(
                "generalized_wasserstein_dice: a selection of classes does not fit, distances concern all classes; select all classes",
                () ->
                        define(
                                new GeneralizedWassersteinDiceLoss(),
                                SOFTMAX.withClasses(ClassSelection.of(1, 2)),
                                3));
        assertRefused(
                "generalized_dice: class weights do not fit, the classes are weighed by their volumes; leave them out",
                () -> define(new GeneralizedDiceLoss(), SOFTMAX.withClassWeights(1, 2, 3), 3));
    }

    @Test
    void backgroundOfOneChannelCannotBeDeselected() {
        define(
                new SymmetricUnifiedFocalLoss(),
                LossOptions.of(Activation.SIGMOID, TargetKind.BINARY)
                        .withClasses(ClassSelection.FOREGROUND),
                1);
    }

    @Test
    void reductions() {
        for (Reduction reduction : List.of(Reduction.NONE, Reduction.SUM)) {
            assertRefused(
                    "log_cosh_dice: reduction "
                            + reduction.name().toLowerCase(Locale.ROOT)
                            + " does not fit, ln cosh is taken of the mean Dice loss; allowed: mean",
                    () -> define(new LogCoshDiceLoss(), SOFTMAX.withReduction(reduction), 3));
        }
        assertRefused(
                "dice_ce: with reduction none its parts have different shapes, [[N C], [N spatial]]; use mean or sum, or compute the parts by themselves",
                () -> define(new DiceCeLoss(), SOFTMAX.withReduction(Reduction.NONE), 3));
    }

    // ---- who refuses what

    private static Set<String> refusing(LossOptions options, @Nullable Axes weightMap) {
        InputLayout layout = new InputLayout(3, false, weightMap, true, false);
        return LossCatalog.load().all().stream()
                .filter(definition -> {
                    try {
                        Loss loss = definition.create(Map.of());
                        LossGraph _ = LossGraph.of(loss, options, layout, Outputs.VALUE);
                        return false;
                    } catch (SegLossException e) {
                        return true;
                    }
                })
                .map(LossDefinition::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> refusing(LossOptions options) {
        return refusing(options, null);
    }

    /** Losses that ask one yes-or-no question in each channel. */
    private static final Set<String> OF_LOGITS =
            Set.of("balanced_bce", "bce_with_logits", "weighted_bce");

    /** Losses in which one class is the background of the others. */
    private static final Set<String> OF_A_BACKGROUND =
            Set.of(
                    "asymmetric_focal",
                    "asymmetric_focal_tversky",
                    "asymmetric_unified_focal",
                    "symmetric_focal",
                    "symmetric_focal_tversky",
                    "symmetric_unified_focal");

    @Test
    void lossesOfOneActivationRefuseTheOthers() {
        assertEquals(with(OF_LOGITS, "bce", "lovasz_hinge"), refusing(SOFTMAX));
        assertEquals(OF_LOGITS, refusing(LossOptions.of(Activation.NONE, TargetKind.ONE_HOT)));
    }

    @Test
    void lossesOfExclusiveClassesRefuseIndependentChannels() {
        assertEquals(
                with(
                        OF_A_BACKGROUND,
                        "bce",
                        "categorical_cross_entropy",
                        "conservative",
                        "exponential_logarithmic",
                        "generalized_wasserstein_dice",
                        "ohem_cross_entropy"),
                refusing(SIGMOID));
    }

    @Test
    void lossesThatCountPixelsRefuseSoftTargets() {
        assertEquals(
                with(
                        OF_LOGITS,
                        "bce",
                        "lovasz_hinge",
                        "lovasz_softmax",
                        "generalized_wasserstein_dice"),
                refusing(SOFTMAX.withTarget(TargetKind.SOFT)));
    }

    @Test
    void lossesWithWeightsOfTheirOwnRefuseThoseOfTheOptions() {
        assertEquals(
                with(
                        OF_LOGITS,
                        "bce",
                        "lovasz_hinge",
                        "dice_cldice",
                        "generalized_dice",
                        "generalized_dice_boundary",
                        "generalized_dice_focal",
                        "generalized_wasserstein_dice",
                        "mcc",
                        "penalized_generalized_dice",
                        "soft_cldice"),
                refusing(SOFTMAX.withClassWeights(1, 2, 3)));
        assertEquals(
                with(OF_LOGITS, "bce", "lovasz_hinge", "lovasz_softmax"),
                refusing(SOFTMAX, Axes.BATCH_SPACE));
    }

    @Test
    void lossesOfAllClassesRefuseASelection() {
        assertEquals(
                with(
                        with(OF_LOGITS, "bce", "lovasz_hinge", "generalized_wasserstein_dice"),
                        OF_A_BACKGROUND.toArray(String[]::new)),
                refusing(SOFTMAX.withClasses(ClassSelection.FOREGROUND)));
    }

    @Test
    void someParametersRefuseOptionsThatTheLossAllowsOtherwise() {
        FocalTverskyLoss ofTheMean =
                new FocalTverskyLoss(
                        0.3,
                        0.7,
                        0.75,
                        FocalTverskyLoss.FocalOver.MEAN,
                        null,
                        RegionOptions.DEFAULT);
        assertRefused(
                "focal_tversky: reduction sum does not fit, focal_over mean raises the mean of the classes to a power; allowed: mean",
                () -> define(ofTheMean, SOFTMAX.withReduction(Reduction.SUM), 3));
        ComboLoss ofClasses = new ComboLoss(0.5, null, List.of(1.0, 2.0, 3.0), 1, 1, null);
        define(ofClasses, SOFTMAX, 3);
        assertThrows(SegLossException.class, () -> define(ofClasses, SIGMOID, 3));
    }

    @Test
    void listsAreCheckedByDirectCallsToo() {
        assertThrows(
                SegLossException.class,
                () -> new ComboLoss(0.5, null, List.of(1.0, -1.0), 1, 1, null));
        assertThrows(
                SegLossException.class,
                () ->
                        new GeneralizedWassersteinDiceLoss(
                                List.of(List.of(0.0, -1.0), List.of(1.0, 0.0))));
        for (List<List<Integer>> channels :
                List.of(
                        List.of(List.of(-1), List.<Integer>of()),
                        List.of(List.<Integer>of(), List.of(-1)))) {
            assertThrows(
                    SegLossException.class,
                    () ->
                            new GeneralizedDiceBoundaryLoss(
                                    1, 1, channels.get(0), channels.get(1), 1e-10, 1e-10));
        }
        assertThrows(
                SegLossException.class, () -> new BceWithLogitsLoss(0, List.of(1.0, Double.NaN)));
    }

    @Test
    void edgesThatAreAllowed() {
        assertEquals(List.of(1.0), new FocalLoss(1, 2).alpha());
        assertEquals(List.of(), new ComboLoss().channelWeights());
        GeneralizedWassersteinDiceLoss ragged =
                new GeneralizedWassersteinDiceLoss(List.of(List.of(0.0, 1.0), List.of(1.0)));
        assertThrows(SegLossException.class, () -> define(ragged, SOFTMAX, 2));
    }

    private static Set<String> with(Set<String> some, String... others) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(List.of(others));
        return all;
    }

    /** The tests of all losses pass over what is refused: so what may be refused is fixed here. */
    @ParameterizedTest
    @MethodSource("settings")
    void onlySumsOfLossesAndFunctionsOfAMeanRefuseReductions(Setting setting) {
        LossOptions none = setting.options().withReduction(Reduction.NONE);
        LossOptions sum = setting.options().withReduction(Reduction.SUM);
        boolean isOfMean = OF_A_MEAN.contains(setting.definition().id());
        assertEquals(!isOfMean, setting.allows(sum));
        if (setting.definition().family() != Family.COMPOUND) {
            assertEquals(!isOfMean, setting.allows(none));
        }
    }
}
