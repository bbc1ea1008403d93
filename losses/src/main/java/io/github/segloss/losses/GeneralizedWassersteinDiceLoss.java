package io.github.segloss.losses;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.Law;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Generalized Wasserstein Dice loss, {@code 1 - (2 TP + smooth_nr) / (D + smooth_dr)} for each sample, where confusing two classes costs their distance.
 * With {@code W(i) = sum_c M[y_i, c] p_c(i)} and class factors a: {@code TP = sum_i a_y (1 - W)}. In [0, 1] where both smoothings are equal and M is.
 *
 * <p>Fidon, Li, Garcia-Peraza-Herrera, Ekanayake, Kitchen, Ourselin, Vercauteren: Generalised Wasserstein Dice score for imbalanced multi-class segmentation
 * using holistic convolutional networks, BrainLes 2017, doi:10.1007/978-3-319-75238-9_6.
 *
 * @param distanceMatrix M, C x C: the distance of label y (row) to class c (column), at least 0, 0 on the diagonal; empty for 1 between any two classes
 * @param weightingMode the factors a and the denominator D
 * @param smoothNumerator added to the numerator, at least 0
 * @param smoothDenominator added to the denominator, at least 0
 */
public record GeneralizedWassersteinDiceLoss(
        List<List<Double>> distanceMatrix,
        WeightingMode weightingMode,
        double smoothNumerator,
        double smoothDenominator)
        implements Loss {
    /** The factors of the classes. */
    public enum WeightingMode {
        /** {@code a} is 0 for class 0 and 1 for the others; {@code D = 2 TP + sum_i W}. */
        DEFAULT,
        /** {@code a_c = 1 / (1 + voxels of class c)}; {@code D = sum_i a_y (2 - W)}. */
        GDL
    }

    /** Id, parameters and laws. */
    public static final LossDefinition DEFINITION =
            LossDefinition.of("generalized_wasserstein_dice", Family.REGION)
                    .title("Generalized Wasserstein Dice loss")
                    .formula(
                            "1 - 2 sum_i a_y (1 - W_i) / (2 sum_i a_y (1 - W_i) + sum_i W_i), W_i = sum_c M[y_i, c] p_c")
                    .source("Fidon et al. 2017, doi:10.1007/978-3-319-75238-9_6")
                    .purpose(
                            "classes with a hierarchy, where some confusions are worse than others")
                    .relations("generalized_dice has the weights of mode gdl nearly")
                    .traps(
                            "the matrix belongs to an order of the classes; class 0 is the background in mode default")
                    .parameters(
                            ParameterSpec.required(
                                            "distance_matrix",
                                            ParameterKind.MATRIX,
                                            "distances of labels (rows) to classes (columns); null for 1 between any two")
                                    .optional()
                                    .atLeast(0),
                            ParameterSpec.choice(
                                    "weighting_mode",
                                    WeightingMode.DEFAULT,
                                    "factors of the classes: 0 for the background and 1, or by volume"),
                            RegionOptions.SMOOTH_NR,
                            RegionOptions.SMOOTH_DR)
                    .laws(
                            Law.PERMUTE_SAMPLES,
                            Law.PERMUTE_PIXELS,
                            Law.MASK_IS_REMOVAL,
                            Law.WEIGHTS_ARE_MASK,
                            Law.BATCH_IS_MEAN,
                            Law.NOT_NEGATIVE,
                            Law.ZERO_WHEN_PERFECT)
                    .create(values ->
                            new GeneralizedWassersteinDiceLoss(
                                    values.has("distance_matrix")
                                            ? values.matrix("distance_matrix")
                                            : List.of(),
                                    values.choice("weighting_mode", WeightingMode.class),
                                    values.number("smooth_nr"),
                                    values.number("smooth_dr")));

    /** Checks the parameters. */
    public GeneralizedWassersteinDiceLoss {
        distanceMatrix = distanceMatrix.stream().map(List::copyOf).toList();
        if (!distanceMatrix.isEmpty()) {
            DEFINITION.check("distance_matrix", distanceMatrix);
            requireZeroDiagonal(distanceMatrix);
        }
        DEFINITION.check("smooth_nr", smoothNumerator);
        DEFINITION.check("smooth_dr", smoothDenominator);
    }

    /**
     * The loss in its default mode with smoothing 1e-5.
     *
     * @param distanceMatrix M, C x C
     */
    public GeneralizedWassersteinDiceLoss(List<List<Double>> distanceMatrix) {
        this(distanceMatrix, WeightingMode.DEFAULT, 1e-5, 1e-5);
    }

    /** The loss with its defaults: 1 between any two classes. */
    public GeneralizedWassersteinDiceLoss() {
        this(List.of());
    }

    private static void requireZeroDiagonal(List<List<Double>> rows) {
        for (int c = 0; c < rows.size(); c++) {
            if (c < rows.get(c).size() && rows.get(c).get(c) != 0) {
                throw new InvalidParameterException(
                        DEFINITION.id()
                                + ": parameter distance_matrix has "
                                + rows.get(c).get(c)
                                + " at ["
                                + c
                                + ", "
                                + c
                                + "]; the distance of a class to itself must be 0");
            }
        }
    }

    @Override
    public Expr define(LossScope scope) {
        LossScope in = scope.asTwoClasses();
        in.requireExclusiveClasses("a pixel has one class");
        in.requireHardTarget("the distance is that of the label to the prediction");
        in.refuseClassSelection("distances concern all classes");
        in.refuseClassWeights("the classes are weighed by weighting_mode");
        Expr matrix = in.matrixParameter("distance_matrix", matrix(in.classes()));
        Expr g = in.target();
        // M transposed times the one-hot target is the row of the label: no product per pixel.
        Expr distance = in.probabilities().mul(g.classMix(matrix, true)).sum(Axes.CLASS);
        Expr near = in.sum(g.mul(Expr.one().sub(distance)));
        Expr far = in.sum(g.mul(distance));
        Expr a = factors(in, g);
        Expr weighedFar = weightingMode == WeightingMode.GDL ? far.mul(a) : far;
        Expr missed = in.sumOverClasses(weighedFar);
        Expr denominator = in.sumOverClasses(near.mul(a)).mul(2).add(missed);
        return in.reduceSamples(
                in.shortfall(
                        missed.add(smoothDenominator - smoothNumerator),
                        denominator.add(smoothDenominator)));
    }

    private Expr factors(LossScope in, Expr g) {
        return switch (weightingMode) {
            case DEFAULT -> in.isClass(0).not().toExpr();
            case GDL -> Expr.one().div(in.sum(g).add(1));
        };
    }

    private List<List<Double>> matrix(int classes) {
        if (!distanceMatrix.isEmpty()) {
            return distanceMatrix;
        }
        List<List<Double>> rows = new ArrayList<>();
        for (int y = 0; y < classes; y++) {
            Double[] row = new Double[classes];
            Arrays.fill(row, 1.0);
            row[y] = 0.0;
            rows.add(List.of(row));
        }
        return rows;
    }
}
