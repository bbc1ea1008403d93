package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.runtime.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A law that a loss does not declare has a reason in the one table, or is a mistake. */
class LawsTest {
    @Test
    void everyLawIsDeclaredOrExcused() {
        List<String> silent = new ArrayList<>();
        for (LossDefinition loss : LossCatalog.load().all()) {
            for (Law law : Law.values()) {
                boolean isExplained =
                        loss.laws().contains(law)
                                || LawExceptions.reason(loss, law).isPresent()
                                || isPerPixelMean(loss, law);
                if (!isExplained) {
                    silent.add(loss.id() + " " + law);
                }
            }
        }
        assertEquals(List.of(), silent, "declare the law, or write the reason into LawExceptions");
    }

    /** A mean by count does not see a weight of 0, so these keep the law with weight_sum only, which the next test checks. */
    private static boolean isPerPixelMean(LossDefinition loss, Law law) {
        return law == Law.WEIGHTS_ARE_MASK
                && (loss.family() == Family.CROSS_ENTROPY || loss.family() == Family.COMPOUND);
    }

    @Test
    void weightsAreAMaskWhereMeansDivideByWeights() {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        try (Session session = Session.on(Reference.open())) {
            for (LossDefinition loss : LossCatalog.load().all()) {
                boolean isExcused = LawExceptions.reason(loss, Law.WEIGHTS_ARE_MASK).isPresent();
                if (isPerPixelMean(loss, Law.WEIGHTS_ARE_MASK) && !isExcused) {
                    checked++;
                    Laws.weightsWithWeightSum(session, loss).ifPresent(broken::add);
                }
            }
        }
        assertTrue(checked > 10, "only " + checked + " losses were checked");
        assertEquals(List.of(), broken);
    }

    @Test
    void noReasonIsUnneededOrAboutNothing() {
        LossCatalog catalog = LossCatalog.load();
        for (LossDefinition loss : catalog.all()) {
            assertEquals(List.of(), LawExceptions.unneeded(loss), loss.id());
        }
        for (String id : LawExceptions.losses()) {
            assertTrue(catalog.find(id).isPresent(), "there is no loss " + id);
        }
    }

    /** The checks themselves: a law that does not hold is found to be broken. */
    @Test
    void aBrokenLawIsFound() {
        try (Session session = Session.on(Reference.open())) {
            requireBroken(session, "asymmetric_focal", Law.RELABEL_CLASSES);
            requireBroken(session, "hausdorff_dt", Law.PERMUTE_PIXELS);
            requireBroken(session, "hausdorff_dt", Law.MASK_IS_REMOVAL);
            requireBroken(session, "bce_with_logits", Law.WEIGHTS_ARE_MASK);
            requireBroken(session, "topk_cross_entropy", Law.BATCH_IS_MEAN);
            requireBroken(session, "combo", Law.NOT_NEGATIVE);
            requireBroken(session, "boundary", Law.ZERO_WHEN_PERFECT);
        }
    }

    private static void requireBroken(Session session, String id, Law law) {
        Optional<String> wrong = Laws.check(session, LossCatalog.load().definition(id), law);
        assertTrue(wrong.isPresent(), id + " should not keep " + law);
    }
}
