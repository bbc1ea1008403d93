package io.github.segloss.losses;

import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.graph.Window;

/**
 * The soft skeleton of a mask: what an opening removes, collected over repeated erosions. Erosion is the minimum over the face-connected cross, dilation
 * the maximum over the full box; what is outside the image is left out.
 *
 * <p>Shit et al.: clDice, CVPR 2021, algorithm 1, doi:10.1109/CVPR46437.2021.01629.
 */
final class SoftSkeleton {
    private static final Window EROSION =
            new Window(Window.Extreme.MIN, Window.Footprint.CROSS, Window.Border.IGNORED);
    private static final Window DILATION =
            new Window(Window.Extreme.MAX, Window.Footprint.BOX, Window.Border.IGNORED);

    private SoftSkeleton() {}

    static Expr of(Expr mask, int iterations) {
        Expr eroded = mask.window(EROSION);
        Expr skeleton = Formulas.relu(mask.sub(eroded.window(DILATION)));
        for (int k = 0; k < iterations; k++) {
            Expr current = eroded;
            eroded = current.window(EROSION);
            Expr removed = Formulas.relu(current.sub(eroded.window(DILATION)));
            skeleton = skeleton.add(Formulas.relu(removed.sub(skeleton.mul(removed))));
        }
        return skeleton;
    }
}
