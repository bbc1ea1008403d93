package io.github.segloss.metrics;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.InvalidTargetException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.maps.DistanceMaps;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures predictions against targets, for each sample and class. Pixels are counted here; distances are computed on the backend of a session, inside the
 * smallest box that holds both masks. Pixels that do not count, by ignore index or mask, are in no count, and are background for surfaces. Thread-safe.
 */
public final class Metrics {
    private final Session session;
    private final MetricOptions options;
    private final DistanceMaps maps;

    /**
     * Creates a meter.
     *
     * @param session where distances are computed
     * @param options what is measured, and how
     */
    public Metrics(Session session, MetricOptions options) {
        this.session = session;
        this.options = options;
        this.maps = new DistanceMaps(session, DType.FLOAT64);
    }

    /**
     * {@return the metrics of label images}
     *
     * @param prediction predicted class indices, [N, spatial...], integer
     * @param target true class indices, of the same shape, integer
     * @param classes the number of classes, at least 2; labels are 0 to one less
     */
    public MetricReport ofLabels(Tensor prediction, Tensor target, int classes) {
        return ofLabels(prediction, target, classes, null);
    }

    /**
     * {@return the metrics of label images}
     *
     * @param prediction predicted class indices, [N, spatial...], integer
     * @param target true class indices, of the same shape, integer
     * @param classes the number of classes, at least 2; labels are 0 to one less
     * @param mask 0 or 1 for each pixel, 1 counts; null if all count
     * @throws ShapeMismatchException if the tensors do not fit together
     * @throws InvalidTargetException if a label that counts is not 0 to {@code classes - 1}, or the mask is not 0 or 1
     */
    public MetricReport ofLabels(
            Tensor prediction, Tensor target, int classes, @Nullable Tensor mask) {
        if (classes < 2) {
            throw new InvalidParameterException(
                    "metrics: the number of classes is " + classes + "; labels need at least 2");
        }
        for (Tensor labels : List.of(prediction, target)) {
            if (!labels.dtype().isInteger()) {
                throw new ShapeMismatchException(
                        "metrics: the labels are "
                                + labels
                                + "; they must be UINT8, INT8, INT16, INT32 or INT64");
            }
        }
        return measure(prediction, target, mask, classes, false);
    }

    /**
     * {@return the metrics of masks, one for each channel}
     *
     * @param prediction 0 or 1, [N, C, spatial...]
     * @param target 0 or 1, of the same shape
     */
    public MetricReport ofMasks(Tensor prediction, Tensor target) {
        return ofMasks(prediction, target, null);
    }

    /**
     * {@return the metrics of masks, one for each channel}
     *
     * @param prediction 0 or 1, [N, C, spatial...]
     * @param target 0 or 1, of the same shape
     * @param mask 0 or 1 for each pixel, 1 counts; null if all count
     * @throws ShapeMismatchException if the tensors do not fit together
     * @throws InvalidTargetException if a value that counts is not 0 or 1
     */
    public MetricReport ofMasks(Tensor prediction, Tensor target, @Nullable Tensor mask) {
        return measure(prediction, target, mask, 2, true);
    }

    private MetricReport measure(
            Tensor prediction,
            Tensor target,
            @Nullable Tensor mask,
            int labels,
            boolean hasChannels) {
        Layout layout = Layout.of(prediction, target, mask, hasChannels);
        Tensor p = session.backend().download(prediction);
        Tensor g = session.backend().download(target);
        Tensor m = mask == null ? null : session.backend().download(mask);
        double[] spacing = spacing(layout.space().length);
        List<ClassMetrics> all = new ArrayList<>();
        for (int n = 0; n < layout.samples(); n++) {
            boolean[] counts = layout.mask(m, n);
            for (int channel = 0; channel < layout.channels(); channel++) {
                if (hasChannels && !options.classes().includes(channel, layout.channels())) {
                    continue;
                }
                LabelPair pair = pair(layout, p, g, counts, labels, n, channel);
                for (int c = hasChannels ? 1 : 0; c < labels; c++) {
                    if (hasChannels || options.classes().includes(c, labels)) {
                        SurfaceDistances surfaces =
                                options.measuresSurfaces()
                                        ? pair.surfaces(c, maps, spacing)
                                        : SurfaceDistances.NONE;
                        all.add(
                                new ClassMetrics(
                                        n,
                                        hasChannels ? channel : c,
                                        pair.counts(c),
                                        surfaces,
                                        options.emptyClass()));
                    }
                }
            }
        }
        return new MetricReport(all);
    }

    private double[] spacing(int rank) {
        if (options.spacing().isEmpty()) {
            double[] ones = new double[rank];
            Arrays.fill(ones, 1);
            return ones;
        }
        if (options.spacing().size() != rank) {
            throw new InvalidParameterException(
                    "metrics: the spacing "
                            + options.spacing()
                            + " has "
                            + options.spacing().size()
                            + " values; it must have one for each of the "
                            + rank
                            + " spatial axes");
        }
        return options.spacing().stream().mapToDouble(Double::doubleValue).toArray();
    }

    private LabelPair pair(
            Layout layout,
            Tensor prediction,
            Tensor target,
            boolean[] counts,
            int labels,
            int sample,
            int channel) {
        int pixels = layout.pixels();
        int[] p = new int[pixels];
        int[] g = new int[pixels];
        long start = ((long) sample * layout.channels() + channel) * pixels;
        for (int i = 0; i < pixels; i++) {
            double label = target.doubleAt(start + i);
            if (counts[i] && (options.ignoreIndex() == null || label != options.ignoreIndex())) {
                g[i] = label("target", target, start + i, label, labels);
                p[i] =
                        label(
                                "prediction",
                                prediction,
                                start + i,
                                prediction.doubleAt(start + i),
                                labels);
            } else {
                g[i] = -1;
                p[i] = -1;
            }
        }
        return new LabelPair(p, g, labels, layout.space());
    }

    private static int label(String what, Tensor tensor, long index, double value, int labels) {
        if (!(value >= 0 && value < labels && value == Math.rint(value))) {
            throw new InvalidTargetException(
                    "metrics: the "
                            + what
                            + " holds "
                            + value
                            + " at "
                            + Arrays.toString(tensor.shape().coordinates(index))
                            + "; allowed are the whole numbers 0 to "
                            + (labels - 1));
        }
        return (int) value;
    }

    /** The sizes of the tensors, after checking that they fit together. */
    private record Layout(int samples, int channels, int[] space) {
        static Layout of(
                Tensor prediction, Tensor target, @Nullable Tensor mask, boolean hasChannels) {
            long[] sizes = target.shape().toArray();
            int leading = hasChannels ? 2 : 1;
            if (!prediction.shape().equals(target.shape())
                    || sizes.length <= leading
                    || sizes.length > leading + 3) {
                throw new ShapeMismatchException(
                        "metrics: prediction and target have shapes "
                                + prediction.shape()
                                + " and "
                                + target.shape()
                                + "; they must be equal, "
                                + (hasChannels ? "[N, C, spatial...]" : "[N, spatial...]")
                                + " with 1 to 3 spatial axes");
            }
            int[] space = Arrays.stream(sizes).skip(leading).mapToInt(Math::toIntExact).toArray();
            Layout layout =
                    new Layout(
                            Math.toIntExact(sizes[0]),
                            hasChannels ? Math.toIntExact(sizes[1]) : 1,
                            space);
            layout.checkMask(mask);
            return layout;
        }

        int pixels() {
            return Arrays.stream(space).reduce(1, Math::multiplyExact);
        }

        private void checkMask(@Nullable Tensor mask) {
            if (mask != null
                    && !mask.shape().equals(perPixel(1))
                    && !mask.shape().equals(perPixel(0))) {
                throw new ShapeMismatchException(
                        "metrics: the mask has shape "
                                + mask.shape()
                                + "; it must be "
                                + perPixel(0)
                                + " or "
                                + perPixel(1));
            }
        }

        private Shape perPixel(int unitAxes) {
            long[] sizes = new long[1 + unitAxes + space.length];
            Arrays.fill(sizes, 1);
            sizes[0] = samples;
            for (int axis = 0; axis < space.length; axis++) {
                sizes[1 + unitAxes + axis] = space[axis];
            }
            return Shape.of(sizes);
        }

        boolean[] mask(@Nullable Tensor mask, int sample) {
            boolean[] counts = new boolean[pixels()];
            long start = (long) sample * counts.length;
            for (int i = 0; i < counts.length; i++) {
                counts[i] =
                        mask == null
                                || label("mask", mask, start + i, mask.doubleAt(start + i), 2) == 1;
            }
            return counts;
        }
    }
}
