package io.github.segloss.benchmarks;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.benchmarks.hand.BinaryCrossEntropyLoop;
import io.github.segloss.benchmarks.hand.BoundaryLoop;
import io.github.segloss.benchmarks.hand.CrossEntropyLoop;
import io.github.segloss.benchmarks.hand.FocalLoop;
import io.github.segloss.benchmarks.hand.HandLoop;
import io.github.segloss.benchmarks.hand.LovaszLoop;
import io.github.segloss.benchmarks.hand.SigmoidDiceLoop;
import io.github.segloss.benchmarks.hand.SoftmaxDiceLoop;
import io.github.segloss.benchmarks.hand.UnifiedFocalLoop;
import io.github.segloss.benchmarks.hand.WideUnifiedFocalLoop;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is measured: value and gradient of one loss on float32 logits of one shape with uint8 labels. */
public enum Workload {
    /** Binary cross-entropy. */
    W1("BCE with logits", "bce_with_logits", Map.of(), 8, 1, 512, 512),
    /** Focal loss with gamma 2, alpha 0.25. */
    W2("focal", "focal", Map.of("gamma", 2.0, "alpha", 0.25), 8, 1, 512, 512),
    /** Soft Dice of a sigmoid. */
    W3("Dice, sigmoid", "dice", Map.of(), 8, 1, 512, 512),
    /** Cross-entropy over four classes. */
    W4("cross-entropy, softmax", "cross_entropy", Map.of(), 4, 4, 512, 512),
    /** Soft Dice of a softmax over four classes. */
    W5("Dice, softmax", "dice", Map.of(), 4, 4, 512, 512),
    /** Asymmetric unified focal loss over four classes. */
    W6("asymmetric unified focal", "asymmetric_unified_focal", Map.of(), 4, 4, 512, 512),
    /** The same with 21 classes. */
    W6C21("the same, 21 classes", "asymmetric_unified_focal", Map.of(), 1, 21, 384, 512),
    /** The same with 104 classes. */
    W6C104("the same, 104 classes", "asymmetric_unified_focal", Map.of(), 1, 104, 160, 256),
    /** The same on a volume. */
    W7("the same, 3D", "asymmetric_unified_focal", Map.of(), 1, 4, 96, 160, 160),
    /** Lovasz-softmax over the classes present. */
    W8("Lovasz-softmax", "lovasz_softmax", Map.of("classes", "present"), 1, 4, 256, 256),
    /** Signed distance map of the labels, then the boundary loss with it, on a volume. */
    W9("distance map + boundary", "boundary", Map.of(), 1, 1, 96, 160, 160);

    private final String title;
    private final String lossId;
    private final Map<String, Object> parameters;
    private final long[] sizes;

    Workload(String title, String lossId, Map<String, Object> parameters, long... sizes) {
        this.title = title;
        this.lossId = lossId;
        this.parameters = parameters;
        this.sizes = sizes;
    }

    /** {@return the loss in words} */
    public String title() {
        return title;
    }

    /**
     * {@return the loss}
     *
     * @throws InvalidParameterException if it is not in the catalog
     */
    public Loss loss() {
        return LossCatalog.load().create(lossId, parameters);
    }

    /** {@return the options: a sigmoid for one channel, else a softmax} */
    public LossOptions options() {
        return classes() == 1 ? LossOptions.sigmoid() : LossOptions.softmax();
    }

    /** {@return the number of channels of the prediction} */
    public int classes() {
        return (int) sizes[1];
    }

    /** {@return whether each call computes the signed distance map of the labels too} */
    public boolean hasDistanceMap() {
        return this == W9;
    }

    /** {@return the graph of value and gradient} */
    LossGraph graph() {
        InputLayout layout = new InputLayout(classes(), false, null, hasDistanceMap(), false);
        return LossGraph.of(loss(), options(), layout, Outputs.BOTH);
    }

    /** {@return the element types of a graph's tensors: labels in bytes, everything else in float32} */
    static TensorTypes types(LossGraph graph) {
        Map<String, DType> types = new HashMap<>();
        for (Op.Input input : graph.graph().inputs()) {
            if (input.isPixelInput()) {
                types.put(input.name(), input.role() == Role.TARGET ? DType.UINT8 : DType.FLOAT32);
            }
        }
        types.put(LossGraph.GRADIENT, DType.FLOAT32);
        return new TensorTypes(types);
    }

    /**
     * {@return the bytes that the passes have to move}
     *
     * @param shrink what the spatial sizes are divided by
     */
    Traffic traffic(int shrink) {
        LossGraph graph = graph();
        Arguments sizes = new Arguments(Inputs.geometry(shape(shrink)));
        Traffic traffic = Traffic.of(graph.program(), types(graph), sizes);
        return hasDistanceMap() ? new Traffic(traffic.passes(), false) : traffic;
    }

    /**
     * {@return the shape of the prediction, [N, C, spatial...]}
     *
     * @param shrink what the sizes of the spatial axes are divided by, at least 1; 1 for the full workload, more for tests
     */
    public Shape shape(int shrink) {
        long[] smaller = sizes.clone();
        for (int axis = 2; axis < smaller.length; axis++) {
            smaller[axis] = Math.max(4, smaller[axis] / shrink);
        }
        return Shape.of(smaller);
    }

    /**
     * {@return the loop by hand for this workload}
     *
     * @param in the inputs
     * @param gradient where the gradient is written, as large as the prediction
     */
    public HandLoop byHand(Inputs in, float[] gradient) {
        float[] logits = in.logits();
        byte[] labels = in.labels();
        int samples = in.samples();
        return switch (this) {
            case W1 -> new BinaryCrossEntropyLoop(logits, labels, gradient);
            case W2 -> new FocalLoop(logits, labels, gradient);
            case W3 -> new SigmoidDiceLoop(logits, labels, gradient, samples);
            case W4 -> new CrossEntropyLoop(logits, labels, gradient, samples);
            case W5 -> new SoftmaxDiceLoop(logits, labels, gradient, samples);
            case W6, W7 -> new UnifiedFocalLoop(logits, labels, gradient, samples);
            case W6C21, W6C104 ->
                    new WideUnifiedFocalLoop(logits, labels, gradient, samples, classes());
            case W8 -> new LovaszLoop(logits, labels, gradient);
            case W9 -> new BoundaryLoop(logits, labels, gradient, in.space());
        };
    }

    /**
     * {@return the workload of a name, in any case}
     *
     * @param name such as W6 or w6c21
     * @throws InvalidParameterException if there is none; the message lists the names
     */
    public static Workload of(String name) {
        return Arrays.stream(values())
                .filter(workload -> workload.name().equalsIgnoreCase(name.strip()))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidParameterException(
                                "there is no workload '"
                                        + name
                                        + "'; the workloads are "
                                        + List.of(values()).stream()
                                                .map(Workload::name)
                                                .collect(Collectors.joining(", "))));
    }
}
