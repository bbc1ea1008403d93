package io.github.segloss.losses;

import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossProvider;
import java.util.List;

/** The losses of this module, for the catalog. */
public final class PaperLosses implements LossProvider {
    /** Creates the provider; the service loader calls it. */
    public PaperLosses() {}

    @Override
    public List<LossDefinition> definitions() {
        return List.of(
                // Cross-entropy family
                BceLoss.DEFINITION,
                BceWithLogitsLoss.DEFINITION,
                WeightedBceLoss.DEFINITION,
                BalancedBceLoss.DEFINITION,
                CategoricalCrossEntropyLoss.DEFINITION,
                CrossEntropyLoss.DEFINITION,
                WeightedCrossEntropyLoss.DEFINITION,
                UnetWeightedCrossEntropyLoss.DEFINITION,
                FocalLoss.DEFINITION,
                ConservativeLoss.DEFINITION,
                Poly1CrossEntropyLoss.DEFINITION,
                Poly1FocalLoss.DEFINITION,
                // Region family
                DiceLoss.DEFINITION,
                JaccardLoss.DEFINITION,
                TverskyLoss.DEFINITION,
                AsymmetricSimilarityLoss.DEFINITION,
                FocalTverskyLoss.DEFINITION,
                GeneralizedDiceLoss.DEFINITION,
                GeneralizedWassersteinDiceLoss.DEFINITION,
                LogCoshDiceLoss.DEFINITION,
                SensitivitySpecificityLoss.DEFINITION,
                MccLoss.DEFINITION,
                LogDiceLoss.DEFINITION,
                LogIouLoss.DEFINITION,
                PowerJaccardLoss.DEFINITION,
                DicePlusPlusLoss.DEFINITION,
                NoiseRobustDiceLoss.DEFINITION,
                PenalizedGeneralizedDiceLoss.DEFINITION,
                DiceSemimetricLoss.DEFINITION,
                JaccardMetricLoss.DEFINITION,
                TverskySemimetricLoss.DEFINITION,
                // Unified focal family
                SymmetricFocalLoss.DEFINITION,
                AsymmetricFocalLoss.DEFINITION,
                SymmetricFocalTverskyLoss.DEFINITION,
                AsymmetricFocalTverskyLoss.DEFINITION,
                SymmetricUnifiedFocalLoss.DEFINITION,
                AsymmetricUnifiedFocalLoss.DEFINITION,
                // Compound
                ComboLoss.DEFINITION,
                DiceCeLoss.DEFINITION,
                DiceFocalLoss.DEFINITION,
                HybridFocalLoss.DEFINITION,
                ExponentialLogarithmicLoss.DEFINITION,
                GeneralizedDiceFocalLoss.DEFINITION,
                DiceTopkLoss.DEFINITION,
                // Ranking
                TopkCrossEntropyLoss.DEFINITION,
                OhemCrossEntropyLoss.DEFINITION,
                LovaszHingeLoss.DEFINITION,
                LovaszSoftmaxLoss.DEFINITION,
                // Distance
                BoundaryLoss.DEFINITION,
                DiceBoundaryLoss.DEFINITION,
                GeneralizedDiceBoundaryLoss.DEFINITION,
                HausdorffDtLoss.DEFINITION,
                LogHausdorffDtLoss.DEFINITION,
                // Topology
                SoftClDiceLoss.DEFINITION,
                DiceClDiceLoss.DEFINITION);
    }
}
