package io.github.segloss.cli.scene;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.InvalidTargetException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.loss.Activation;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the files of a scene, checks that they fit together, and decides what their numbers are. */
public final class SceneLoader {
    /** Dark pictures up to here are label maps, not intensities: a probability of 31/255 at most predicts nothing. */
    private static final double HIGHEST_PLAIN_LABEL = 31;

    private final SceneRequest request;
    private final ImageFile target;
    private final Values targetValues;
    private final ImageFile prediction;
    private final Values values;
    private final BitSet valid;
    private final @Nullable Tensor mask;

    private SceneLoader(SceneRequest request) {
        this.request = request;
        this.target = ImageFile.read("target", request.target(), request.spatialAxes());
        int axes = target.grid().space().length;
        List<ImageFile> files =
                request.predictions().stream()
                        .map(file -> ImageFile.read("prediction", file, axes))
                        .toList();
        for (ImageFile file : files) {
            file.grid().requireSame(file.name(), target.grid(), target.name());
        }
        this.prediction = files.size() == 1 ? files.getFirst() : stack(files);
        this.values = Values.of(prediction.data(), null);
        this.targetValues = Values.of(target.data(), request.ignoreIndex());
        this.mask = mask(axes);
        this.valid = valid();
    }

    /**
     * {@return the scene in the given files}
     *
     * @param request the files and how to understand them
     * @throws io.github.segloss.SegLossException if a file cannot be read, files do not fit together, or numbers are not allowed
     */
    public static Scene load(SceneRequest request) {
        return new SceneLoader(request).scene();
    }

    private Scene scene() {
        PredictionKind kind = kind();
        Tensor weights = request.weightMap() == null ? null : weightMap(request.weightMap());
        if (kind == PredictionKind.LABELS) {
            requireNoThreshold();
            return new LabelScene(request, prediction, target, valid, mask, weights).scene();
        }
        ChannelScene scene =
                new ChannelScene(
                        request, prediction, target, targetValues, kind, valid, mask, weights);
        if (!scene.isThresholded()) {
            requireNoThreshold();
        }
        return scene.scene();
    }

    private void requireNoThreshold() {
        if (request.threshold() != null) {
            throw new InvalidParameterException(
                    "--threshold is "
                            + request.threshold()
                            + ", but "
                            + prediction.name()
                            + " decides by the highest of its classes; a threshold is for one channel or independent channels");
        }
    }

    private PredictionKind kind() {
        return switch (request.kind()) {
            case AUTO -> prediction.channels() > 1 ? kindOfChannels() : kindOfOneChannel();
            case LABELS -> {
                if (prediction.channels() > 1 || !values.areLabels()) {
                    throw new InvalidParameterException(
                            prediction.name()
                                    + " is no label map: it has "
                                    + prediction.channels()
                                    + " channels with values from "
                                    + values.lowest()
                                    + " to "
                                    + values.highest()
                                    + "; a label map has one channel of whole numbers, at least 0");
                }
                yield PredictionKind.LABELS;
            }
            case PROBABILITIES, LOGITS -> request.kind();
        };
    }

    private PredictionKind kindOfChannels() {
        return prediction.isGrey() ? PredictionKind.PROBABILITIES : kindOfNumbers();
    }

    private PredictionKind kindOfOneChannel() {
        if (prediction.isGrey()) {
            boolean isTwoClass = targetValues.areBlackAndWhite() || targetValues.highest() <= 1;
            boolean areIntensities =
                    isTwoClass
                            && values.highest() > HIGHEST_PLAIN_LABEL
                            && !values.areBlackAndWhite();
            return areIntensities ? PredictionKind.PROBABILITIES : PredictionKind.LABELS;
        }
        boolean asNumbers = !prediction.data().dtype().isInteger() && request.activation() != null;
        return values.areLabels() && !asNumbers ? PredictionKind.LABELS : kindOfNumbers();
    }

    private PredictionKind kindOfNumbers() {
        Activation activation = request.activation();
        boolean areProbabilities =
                activation == null ? values.areProbabilities() : activation == Activation.NONE;
        return areProbabilities ? PredictionKind.PROBABILITIES : PredictionKind.LOGITS;
    }

    private static ImageFile stack(List<ImageFile> files) {
        ImageFile first = files.getFirst();
        for (ImageFile file : files) {
            if (file.channels() != 1 || file.greyScale() != first.greyScale()) {
                throw new ShapeMismatchException(
                        file.name()
                                + " has the shape "
                                + file.data().shape()
                                + " with "
                                + file.channels()
                                + " channels; of several prediction files each must hold one class, all in the same format");
            }
        }
        boolean isDouble = files.stream().anyMatch(f -> f.data().dtype() == DType.FLOAT64);
        boolean isWhole = files.stream().allMatch(f -> f.data().dtype().isInteger());
        DType type = isWhole ? DType.INT64 : isDouble ? DType.FLOAT64 : DType.FLOAT32;
        long[] sizes = first.data().shape().toArray();
        sizes[0] = files.size();
        Tensor all = Tensor.zeros(type, Shape.of(sizes));
        long at = 0;
        for (ImageFile file : files) {
            for (long i = 0; i < file.voxels(); i++) {
                all.set(at++, file.data().doubleAt(i));
            }
        }
        String names =
                files.stream()
                        .map(file -> file.name().replace("the prediction ", ""))
                        .collect(Collectors.joining(", "));
        return new ImageFile("the prediction " + names, all, first.grid(), first.greyScale());
    }

    private ImageFile companion(String role, Path file, int axes) {
        ImageFile image = ImageFile.read(role, file, axes);
        image.grid().requireSame(image.name(), target.grid(), target.name());
        if (image.channels() != 1) {
            throw new ShapeMismatchException(
                    image.name() + " has " + image.channels() + " channels; it must have one");
        }
        return image;
    }

    private @Nullable Tensor mask(int axes) {
        if (request.mask() == null) {
            return null;
        }
        ImageFile image = companion("mask", request.mask(), axes);
        Values found = Values.of(image.data(), null);
        double white = found.areBlackAndWhite() ? found.highest() : 1;
        Tensor mask = Tensor.zeros(DType.FLOAT32, perVoxel());
        for (int i = 0; i < image.voxels(); i++) {
            double value = image.data().doubleAt(i);
            if (value != 0 && value != white) {
                throw new InvalidTargetException(
                        image.name()
                                + " holds "
                                + value
                                + " at "
                                + image.place(i)
                                + "; a mask must be 0 or 1, or 0 or 255");
            }
            mask.set(i, value / white);
        }
        return mask;
    }

    private Tensor weightMap(Path file) {
        ImageFile image = companion("weight map", file, target.grid().space().length);
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            double value = image.data().doubleAt(i);
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new InvalidTargetException(
                        image.name()
                                + " holds "
                                + value
                                + " at "
                                + image.place(i)
                                + "; weights must be finite and at least 0");
            }
        }
        return image.data().to(DType.FLOAT32).reshape(perVoxel().toArray());
    }

    private Shape perVoxel() {
        long[] sizes = target.data().shape().toArray();
        sizes[0] = 1;
        return Shape.of(sizes);
    }

    private BitSet valid() {
        BitSet counts = Masks.everything(target.voxels());
        for (int i = 0; i < target.voxels(); i++) {
            boolean isOut = mask != null && mask.doubleAt(i) == 0;
            boolean isIgnored =
                    request.ignoreIndex() != null
                            && target.channels() == 1
                            && target.data().doubleAt(i) == request.ignoreIndex();
            if (isOut || isIgnored) {
                counts.clear(i);
            }
        }
        return counts;
    }
}
