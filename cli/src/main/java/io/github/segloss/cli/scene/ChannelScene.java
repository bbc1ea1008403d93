package io.github.segloss.cli.scene;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.InvalidTargetException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.BitSet;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A scene whose prediction is probabilities or logits, one channel or one for each class. */
final class ChannelScene {
    private final SceneRequest request;
    private final ImageFile prediction;
    private final ImageFile target;
    private final Values targetValues;
    private final PredictionKind kind;
    private final BitSet valid;
    private final @Nullable Tensor mask;
    private final @Nullable Tensor weightMap;
    private final int channels;
    private final int voxels;
    private final TargetKind targetKind;
    private final Activation activation;

    ChannelScene(
            SceneRequest request,
            ImageFile prediction,
            ImageFile target,
            Values targetValues,
            PredictionKind kind,
            BitSet valid,
            @Nullable Tensor mask,
            @Nullable Tensor weightMap) {
        this.request = request;
        this.prediction = prediction;
        this.target = target;
        this.targetValues = targetValues;
        this.kind = kind;
        this.valid = valid;
        this.mask = mask;
        this.weightMap = weightMap;
        this.channels = prediction.channels();
        this.voxels = prediction.voxels();
        this.targetKind = targetKind();
        this.activation = activation();
    }

    /** {@return whether a voxel is foreground by a threshold and not by the highest of the classes} */
    boolean isThresholded() {
        return channels == 1 || activation == Activation.SIGMOID || isMultiLabel();
    }

    private boolean isMultiLabel() {
        return channels > 1 && targetKind == TargetKind.BINARY;
    }

    Scene scene() {
        Tensor values = values();
        boolean areProbabilities =
                activation == Activation.NONE || kind == PredictionKind.PROBABILITIES;
        checkValues(values, areProbabilities);
        if (areProbabilities && activation != Activation.NONE) {
            values = logits(values);
        }
        boolean isDense = targetKind.isDense();
        int[] actualClass = isDense ? new int[0] : actualClasses();
        Tensor truth = isDense ? denseTarget(values.dtype()) : indexTarget(actualClass);
        return new Scene(
                prediction.name() + ", " + describe(),
                target.name()
                        + ", "
                        + switch (targetKind) {
                            case CLASS_INDICES -> channels == 1 ? "a mask" : "a label map";
                            case ONE_HOT -> "one-hot classes";
                            case BINARY -> "independent masks, one for each class";
                            case SOFT -> "a soft target in [0, 1]";
                        },
                values,
                truth,
                activation,
                targetKind,
                LongStream.range(0, Math.max(2, channels)).boxed().toList(),
                request.ignoreIndex() != null && !isDense,
                mask,
                weightMap,
                target.grid(),
                decisions(values).masks(actualClass, truth));
    }

    private Decisions decisions(Tensor values) {
        return new Decisions(
                values,
                activation,
                request.thresholdOrDefault(),
                isThresholded(),
                isMultiLabel(),
                valid);
    }

    private String describe() {
        String form = channels == 1 ? "one channel of " : channels + " channels of ";
        if (kind == PredictionKind.LOGITS) {
            return form + "logits, activation " + activation.name().toLowerCase(Locale.ROOT);
        }
        String scaled = prediction.isGrey() ? " (greys / " + prediction.greyScale() + ")" : "";
        return form
                + (activation == Activation.NONE ? "probabilities" : "logits of probabilities")
                + scaled;
    }

    // ---- what the target and the activation are

    private TargetKind targetKind() {
        if (target.channels() > 1) {
            if (target.channels() != channels) {
                throw new ShapeMismatchException(
                        target.name()
                                + " has "
                                + target.channels()
                                + " channels and "
                                + prediction.name()
                                + " has "
                                + channels
                                + "; a target with channels must have as many as the prediction (--spatial-axes sets which axes are channels)");
            }
            refuseIgnoreIndex();
            if (!targetValues.areZeroAndOne() && !targetValues.areBlackAndWhite()) {
                return TargetKind.SOFT;
            }
            return isOneHot() ? TargetKind.ONE_HOT : TargetKind.BINARY;
        }
        if (!targetValues.isWhole() && channels == 1 && targetValues.areProbabilities()) {
            refuseIgnoreIndex();
            return TargetKind.SOFT;
        }
        return TargetKind.CLASS_INDICES;
    }

    private void refuseIgnoreIndex() {
        if (request.ignoreIndex() != null) {
            throw new InvalidParameterException(
                    "--ignore-index is "
                            + request.ignoreIndex()
                            + ", but "
                            + target.name()
                            + " holds no labels; use --mask");
        }
    }

    private boolean isOneHot() {
        for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
            int set = 0;
            for (int c = 0; c < channels; c++) {
                set += target.data().doubleAt((long) c * voxels + i) > 0 ? 1 : 0;
            }
            if (set != 1) {
                return false;
            }
        }
        return true;
    }

    private Activation activation() {
        Activation asked = request.activation();
        if (asked == Activation.SOFTMAX && channels == 1) {
            throw new InvalidParameterException(
                    "--activation is softmax, but "
                            + prediction.name()
                            + " has one channel; softmax needs one channel for each class, use sigmoid");
        }
        if (asked != null) {
            return asked;
        }
        if (kind == PredictionKind.PROBABILITIES) {
            return Activation.NONE;
        }
        return channels == 1 || targetKind == TargetKind.BINARY
                ? Activation.SIGMOID
                : Activation.SOFTMAX;
    }

    // ---- tensors

    /** The prediction as [1, C, spatial...], greys scaled. */
    private Tensor values() {
        long[] sizes = new long[target.grid().space().length + 2];
        sizes[0] = 1;
        sizes[1] = channels;
        System.arraycopy(target.grid().space(), 0, sizes, 2, sizes.length - 2);
        Tensor data = prediction.data();
        if (data.dtype() == DType.FLOAT64 || data.dtype() == DType.FLOAT32) {
            return data.reshape(sizes);
        }
        boolean isScaled = prediction.isGrey() && kind == PredictionKind.PROBABILITIES;
        double white = isScaled ? prediction.greyScale() : 1;
        Tensor values = Tensor.zeros(DType.FLOAT32, Shape.of(sizes));
        for (long i = 0; i < data.shape().elements(); i++) {
            values.set(i, data.doubleAt(i) / white);
        }
        return values;
    }

    /** Probabilities for which an activation is asked for: their logits, clipped as those of label maps are. */
    private Tensor logits(Tensor probabilities) {
        Tensor logits = Tensor.zeros(probabilities.dtype(), probabilities.shape());
        for (long i = 0; i < logits.shape().elements(); i++) {
            double p = probabilities.doubleAt(i);
            double clipped = Math.min(Math.max(p, LabelScene.CLIP), 1 - LabelScene.CLIP);
            logits.set(i, LabelScene.value(clipped, activation));
        }
        return logits;
    }

    private void checkValues(Tensor data, boolean areProbabilities) {
        for (int c = 0; c < channels; c++) {
            for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
                long at = (long) c * voxels + i;
                double value = data.doubleAt(at);
                boolean fits = areProbabilities ? value >= 0 && value <= 1 : Double.isFinite(value);
                if (!fits) {
                    throw new InvalidTargetException(
                            prediction.name()
                                    + " holds "
                                    + value
                                    + " at "
                                    + prediction.place(at)
                                    + (areProbabilities
                                            ? "; probabilities must be in [0, 1] (--activation sigmoid or softmax takes logits)"
                                            : "; logits must be finite"));
                }
            }
        }
    }

    private int[] actualClasses() {
        int classes = Math.max(2, channels);
        boolean isBlackAndWhite = classes == 2 && targetValues.areBlackAndWhite();
        long white = isBlackAndWhite ? (long) targetValues.highest() : 1;
        String allowed =
                classes == 2
                        ? "0 or 1, or 0 and 255 of a mask"
                        : "0 to " + (classes - 1) + ", one for each channel of the prediction";
        String ignored =
                request.ignoreIndex() == null
                        ? ""
                        : ", or the ignore index " + request.ignoreIndex();
        long[] labels =
                Labels.read(
                        target,
                        valid,
                        label ->
                                isBlackAndWhite
                                        ? label == 0 || label == white
                                        : label >= 0 && label < classes,
                        allowed + ignored);
        int[] indices = new int[voxels];
        for (int i = 0; i < voxels; i++) {
            indices[i] = (int) (labels[i] / white);
        }
        return indices;
    }

    private Tensor indexTarget(int[] classOf) {
        Tensor labels = Tensor.zeros(DType.INT32, target.data().shape());
        for (int i = 0; i < voxels; i++) {
            boolean isIgnored =
                    request.ignoreIndex() != null
                            && target.data().doubleAt(i) == request.ignoreIndex();
            labels.set(i, isIgnored ? Scene.IGNORED : classOf[i]);
        }
        return labels;
    }

    private Tensor denseTarget(DType type) {
        double white = targetValues.areBlackAndWhite() ? targetValues.highest() : 1;
        long[] inner = target.data().shape().toArray();
        long[] sizes = new long[inner.length + 1];
        sizes[0] = 1;
        System.arraycopy(inner, 0, sizes, 1, inner.length);
        Tensor dense = Tensor.zeros(type, Shape.of(sizes));
        for (int c = 0; c < channels; c++) {
            for (int i = valid.nextSetBit(0); i >= 0; i = valid.nextSetBit(i + 1)) {
                long at = (long) c * voxels + i;
                double value = target.data().doubleAt(at) / white;
                if (!(value >= 0 && value <= 1)) {
                    throw new InvalidTargetException(
                            target.name()
                                    + " holds "
                                    + value
                                    + " at "
                                    + target.place(at)
                                    + "; a target with real numbers must be in [0, 1]");
                }
                dense.set(at, value);
            }
        }
        return dense;
    }
}
