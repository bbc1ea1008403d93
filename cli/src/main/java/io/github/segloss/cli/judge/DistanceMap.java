package io.github.segloss.cli.judge;

import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The signed distances to the boundaries of a target in mm, as the boundary losses need them; computed when first asked for. */
final class DistanceMap {
    /** What the authors of the boundary loss take off the distances inside. */
    private static final double INSIDE_SHIFT = 1;

    private final Session session;
    private final Scene scene;
    private @Nullable Tensor map;

    DistanceMap(Session session, Scene scene) {
        this.session = session;
        this.scene = scene;
    }

    /** {@return the map, [1, C, spatial...]; null for a soft target, which has no boundary} */
    @Nullable Tensor get() {
        if (map == null && scene.targetKind() != TargetKind.SOFT) {
            DistanceMaps maps = new DistanceMaps(session, scene.prediction().dtype());
            double[] spacing = scene.grid().spacing();
            map =
                    scene.targetKind() == TargetKind.CLASS_INDICES
                            ? maps.signedOfLabels(
                                    scene.target(), scene.channels(), INSIDE_SHIFT, spacing)
                            : maps.signed(scene.target(), INSIDE_SHIFT, spacing);
        }
        return map;
    }
}
