package io.github.segloss.cli.scene;

import io.github.segloss.loss.Activation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which files make up a scene, and how they are to be understood.
 *
 * @param predictions one file, or one for each class
 * @param target the ground truth
 * @param kind what the numbers of the prediction are
 * @param activation what turns them into probabilities; null to choose by their kind
 * @param threshold the probability above which a voxel is foreground, where classes do not compete; null for 0.5
 * @param ignoreIndex the target value of voxels that do not count; null for none
 * @param mask a file of 0 and 1, 1 counts; null for none
 * @param weightMap a file of weights; null for none
 * @param spatialAxes how many of the last axes are spatial; 0 for what the target's format says
 */
public record SceneRequest(
        List<Path> predictions,
        Path target,
        PredictionKind kind,
        @Nullable Activation activation,
        @Nullable Double threshold,
        @Nullable Long ignoreIndex,
        @Nullable Path mask,
        @Nullable Path weightMap,
        int spatialAxes) {
    /** The threshold where none is given. */
    public static final double DEFAULT_THRESHOLD = 0.5;

    /** {@return the threshold} */
    double thresholdOrDefault() {
        return threshold == null ? DEFAULT_THRESHOLD : threshold;
    }
}
