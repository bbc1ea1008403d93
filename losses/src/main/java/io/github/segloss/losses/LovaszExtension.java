package io.github.segloss.losses;

import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.loss.LossScope;

/**
 * The Lovasz extension of the Jaccard loss for vectors of errors: errors sorted downwards, each times what the Jaccard loss grows by when its pixel is
 * added to the wrong ones. Pixels that do not count are removed before the ranking.
 *
 * <p>With G target pixels, and at some rank n false and f true target pixels up to and including the current one, let {@code U = G + n} and
 * {@code I = G - f}. The difference of two neighbouring values of {@code 1 - I / U} is {@code 1 / U} at a target pixel and {@code I / (U (U - 1))}
 * elsewhere. In this closed form nothing cancels, so that float32 keeps the small weights of large images.
 *
 * @param in the scope
 * @param g the target, 0 or 1, 0 at pixels that do not count
 */
record LovaszExtension(LossScope in, Expr g) {
    static LovaszExtension of(LossScope in) {
        in.requireHardTarget("the Jaccard loss of a ranking counts whole pixels");
        in.refuseWeightMap("a ranking of weighted pixels is not defined");
        return new LovaszExtension(in, in.masked(in.target()));
    }

    /** How many target pixels a class has. */
    Expr positives() {
        return in.sum(g);
    }

    /**
     * The extension for each class and, unless the ranking goes over the batch, sample.
     *
     * @param errors what is ranked
     * @param terms what is summed with the weights of the ranks
     */
    Expr sum(Expr errors, Expr terms) {
        Axes axes = in.options().batch() ? Axes.BATCH_SPACE : Axes.SPACE;
        Expr falsePixels = in.rankedSum(Expr.one().sub(g), errors, axes);
        Expr truePixels = in.rankedSum(g, errors, axes);
        Expr union = positives().add(falsePixels);
        Expr rest = positives().sub(truePixels);
        // A union of one pixel that is no target pixel: there are no target pixels, and the first
        // error makes the Jaccard loss 1.
        Condition several = union.gt(1);
        Expr elsewhere = several.select(union.mul(union.sub(1)), 1);
        Condition isTarget = g.gt(0.5);
        Expr growth = isTarget.select(1, several.select(rest, 1));
        return in.sum(terms.mul(growth.div(isTarget.select(union, elsewhere))));
    }
}
