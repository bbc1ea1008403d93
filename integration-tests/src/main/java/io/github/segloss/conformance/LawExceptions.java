package io.github.segloss.conformance;

import io.github.segloss.loss.Law;
import io.github.segloss.loss.LossDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The losses of this library that do not keep a law, each with the reason: a loss that does not declare a law stands here or is a mistake. Losses from
 * elsewhere are not looked up.
 */
final class LawExceptions {
    /** One reason for which some losses do not keep a law. */
    private record Row(Law law, Set<String> losses, String reason) {}

    private static final Set<String> DISTANCES =
            Set.of(
                    "boundary",
                    "dice_boundary",
                    "generalized_dice_boundary",
                    "hausdorff_dt",
                    "log_hausdorff_dt");
    private static final Set<String> SIGNED =
            Set.of("boundary", "dice_boundary", "generalized_dice_boundary");
    private static final Set<String> SKELETONS = Set.of("soft_cldice", "dice_cldice");
    private static final Set<String> TOP =
            Set.of("topk_cross_entropy", "ohem_cross_entropy", "dice_topk");
    private static final Set<String> UNIFIED =
            Set.of(
                    "symmetric_focal",
                    "asymmetric_focal",
                    "symmetric_focal_tversky",
                    "asymmetric_focal_tversky",
                    "symmetric_unified_focal",
                    "asymmetric_unified_focal");

    private static final List<Row> TABLE =
            List.of(
                    new Row(Law.PERMUTE_PIXELS, DISTANCES, "distances depend on where pixels are"),
                    new Row(
                            Law.PERMUTE_PIXELS,
                            SKELETONS,
                            "neighbourhoods depend on where pixels are"),
                    new Row(Law.MASK_IS_REMOVAL, DISTANCES, "removing pixels moves the others"),
                    new Row(Law.MASK_IS_REMOVAL, SKELETONS, "removing pixels moves the others"),
                    new Row(
                            Law.RELABEL_CLASSES,
                            UNIFIED,
                            "class 0 is the background, which has an exponent or weight of its own"),
                    new Row(
                            Law.RELABEL_CLASSES,
                            Set.of("generalized_wasserstein_dice"),
                            "the distances between classes do not move along, and class 0 is the background"),
                    new Row(
                            Law.RELABEL_CLASSES,
                            Set.of("combo"),
                            "its channel weights do not move along"),
                    new Row(Law.RELABEL_CLASSES, Set.of("lovasz_hinge"), "it has a single channel"),
                    new Row(
                            Law.WEIGHTS_ARE_MASK,
                            DISTANCES,
                            "the divisor counts elements, not weights"),
                    new Row(
                            Law.WEIGHTS_ARE_MASK,
                            SKELETONS,
                            "a mask comes before the skeleton, weights after it"),
                    new Row(
                            Law.WEIGHTS_ARE_MASK,
                            Set.of("lovasz_hinge", "lovasz_softmax"),
                            "a weight map is not defined for a ranking"),
                    new Row(
                            Law.WEIGHTS_ARE_MASK,
                            TOP,
                            "a pixel of weight 0 is still counted among the pixels"),
                    new Row(
                            Law.SOFT_IS_HARD,
                            Set.of("lovasz_hinge", "lovasz_softmax"),
                            "a ranking has no soft targets"),
                    new Row(
                            Law.SOFT_IS_HARD,
                            Set.of("generalized_wasserstein_dice"),
                            "its distances are between labels"),
                    new Row(Law.SOFT_IS_HARD, SIGNED, "the map is that of a hard target"),
                    new Row(
                            Law.BATCH_IS_MEAN,
                            Set.of("log_cosh_dice", "log_hausdorff_dt"),
                            "the logarithm is taken of the mean over the batch"),
                    new Row(
                            Law.BATCH_IS_MEAN,
                            TOP,
                            "the hardest pixels are those of the whole batch"),
                    new Row(Law.BATCH_IS_MEAN, SKELETONS, "its sums go over the whole batch"),
                    new Row(Law.NOT_NEGATIVE, SIGNED, "distances inside the object are negative"),
                    new Row(
                            Law.NOT_NEGATIVE,
                            Set.of("conservative"),
                            "it falls without bound as p nears 1"),
                    new Row(Law.NOT_NEGATIVE, Set.of("combo"), "it subtracts a score"),
                    new Row(
                            Law.NOT_NEGATIVE,
                            Set.of("power_jaccard"),
                            "its denominator may fall below its numerator for exponents above 1"),
                    new Row(
                            Law.ZERO_WHEN_PERFECT,
                            SIGNED,
                            "a perfect prediction gathers the negative distances"),
                    new Row(
                            Law.ZERO_WHEN_PERFECT,
                            Set.of("conservative"),
                            "it falls without bound as p nears 1"),
                    new Row(Law.ZERO_WHEN_PERFECT, Set.of("combo"), "it subtracts a score"),
                    new Row(
                            Law.ZERO_WHEN_PERFECT,
                            Set.of("lovasz_hinge"),
                            "it takes a margin, not a probability"));

    private LawExceptions() {}

    /** Why a loss need not keep a law, if there is a reason. */
    static Optional<String> reason(LossDefinition loss, Law law) {
        return TABLE.stream()
                .filter(row -> row.law() == law && row.losses().contains(loss.id()))
                .map(Row::reason)
                .findFirst();
    }

    /** The rows that excuse a loss from a law that it declares all the same: reasons that are not needed. */
    static List<String> unneeded(LossDefinition loss) {
        return TABLE.stream()
                .filter(row -> row.losses().contains(loss.id()) && loss.laws().contains(row.law()))
                .map(row -> row.law() + ": " + row.reason())
                .toList();
    }

    /** All losses that the table speaks of. */
    static Set<String> losses() {
        return TABLE.stream()
                .flatMap(row -> row.losses().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
