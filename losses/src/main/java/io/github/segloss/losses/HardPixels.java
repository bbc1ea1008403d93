package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Reduction;
import java.util.function.Function;

/** What losses that keep only the hardest pixels have in common: the loss of each pixel, and its rank in the batch. */
final class HardPixels {
    private HardPixels() {}

    /**
     * A loss without its reduction, one value for each pixel: independent channels are summed, since a pixel is kept or left out as a whole.
     *
     * @param loss a mean over pixels
     */
    static Expr perPixel(LossScope in, Function<LossScope, Expr> loss) {
        Expr values = loss.apply(in.with(in.options().withReduction(Reduction.NONE)));
        return values.extent().has(Axis.CLASS) ? values.sum(Axes.CLASS) : values;
    }

    /** The rank of each pixel that counts, from 1 for the largest value in the batch; 0 for the others. */
    static Expr rank(LossScope in, Expr values) {
        return in.rankedSum(Expr.one(), values, Axes.BATCH_SPACE);
    }
}
