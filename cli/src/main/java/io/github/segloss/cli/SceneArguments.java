package io.github.segloss.cli;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.cli.scene.Phantom;
import io.github.segloss.cli.scene.PredictionKind;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.cli.scene.SceneLoader;
import io.github.segloss.cli.scene.SceneRequest;
import io.github.segloss.loss.Activation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is judged. */
final class SceneArguments {
    /** The activations, and the word for choosing one by the numbers. */
    private enum ActivationWord {
        AUTO,
        SIGMOID,
        SOFTMAX,
        NONE
    }

    @Option(
            names = "--prediction",
            paramLabel = "FILE",
            arity = "1..*",
            description = "The prediction; several files are the classes 0, 1, ...")
    private List<Path> predictions = new ArrayList<>();

    @Option(
            names = "--target",
            paramLabel = "FILE",
            description =
                    "The ground truth: labels, a mask, or one channel for each class of the prediction.")
    private @Nullable Path target;

    @Option(
            names = "--prediction-kind",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "What the numbers are: labels, probabilities, logits, or auto. Default: ${DEFAULT-VALUE}.")
    private PredictionKind kind = PredictionKind.AUTO;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "What turns them into probabilities: sigmoid, softmax, none, or auto (none for labels and probabilities, sigmoid for one channel of logits, else softmax). Where sigmoid or softmax is asked for, numbers are taken as logits; labels and greys are turned into logits. Default: ${DEFAULT-VALUE}.")
    private ActivationWord activation = ActivationWord.AUTO;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description =
                    "The probability above which a voxel is foreground, for one channel or independent channels; of competing classes the highest wins. Default: 0.5.")
    private @Nullable Double threshold;

    @Option(
            names = "--ignore-index",
            paramLabel = "LABEL",
            description = "Voxels with this label in the target do not count.")
    private @Nullable Long ignoreIndex;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description = "Voxels with 0 in this file do not count.")
    private @Nullable Path mask;

    @Option(
            names = {"--weights", "--weight-map"},
            paramLabel = "FILE",
            description = "A weight of at least 0 for each voxel.")
    private @Nullable Path weights;

    @Option(
            names = "--spatial-axes",
            paramLabel = "N",
            description =
                    "How many of the last axes of the target are spatial: 1, 2 or 3. Default: what its format says; all axes (3 at most) of an NPY.")
    private @Nullable Integer spatialAxes;

    @Option(
            names = "--phantom",
            paramLabel = "AXES",
            description = "The phantom to judge where no files are given: 2d or 3d. Default: 2d.")
    private @Nullable String phantom;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of the phantom. Default: 1.")
    private @Nullable Long seed;

    /** Checks what can be checked before anything is read. */
    void check() {
        if (predictions.isEmpty() != (target == null)) {
            throw new InvalidParameterException(
                    predictions.isEmpty()
                            ? "--target is given without --prediction; give both, or none for the phantom"
                            : "--prediction is given without --target; give both, or none for the phantom");
        }
        if (threshold != null && !(threshold > 0 && threshold < 1)) {
            throw new InvalidParameterException(
                    "--threshold is " + threshold + "; it must be above 0 and below 1");
        }
        if (spatialAxes != null && (spatialAxes < 1 || spatialAxes > 3)) {
            throw new InvalidParameterException(
                    "--spatial-axes is " + spatialAxes + "; it must be 1, 2 or 3");
        }
        boolean isPhantomAsked = phantom != null || seed != null;
        if (target != null && isPhantomAsked) {
            throw new InvalidParameterException(
                    "--phantom and --seed are for the phantom, but --target names a file; give one or the other");
        }
        boolean isFileAsked = ignoreIndex != null || mask != null || weights != null;
        if (target == null && isFileAsked) {
            throw new InvalidParameterException(
                    "--ignore-index, --mask and --weights are for files; give --prediction and --target too");
        }
        if (phantom != null && !phantom.equals("2d") && !phantom.equals("3d")) {
            throw new InvalidParameterException(
                    "--phantom is '" + phantom + "'; it must be 2d or 3d");
        }
    }

    /** {@return the scene} */
    Scene scene() {
        if (target == null) {
            return Phantom.scene(
                    "3d".equals(phantom) ? 3 : 2,
                    seed == null ? 1 : seed,
                    threshold == null ? SceneRequest.DEFAULT_THRESHOLD : threshold);
        }
        Activation asked =
                activation == ActivationWord.AUTO ? null : Activation.valueOf(activation.name());
        return SceneLoader.load(
                new SceneRequest(
                        predictions,
                        target,
                        kind,
                        asked,
                        threshold,
                        ignoreIndex,
                        mask,
                        weights,
                        spatialAxes == null ? 0 : spatialAxes));
    }
}
