package io.github.segloss.conformance;

import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One case of a golden file: an input and what must come out. Arrays are flat and row-major. */
public sealed interface GoldenCase {
    /** {@return the id, unique in its set} */
    String id();

    /** {@return what summaries group by: the canonical id of the loss, else the kind} */
    String group();

    /**
     * Numbers with their shape.
     *
     * @param shape the shape
     * @param values as many numbers as the shape has elements
     */
    record Values(Shape shape, double[] values) {}

    /**
     * A loss: value and gradient.
     *
     * @param id the id of the case
     * @param loss the canonical id of the loss
     * @param parameters every parameter and option: numbers, booleans, text, lists or null
     * @param activation what turns the input into probabilities
     * @param input the prediction, [N, C, spatial...]
     * @param targetKind how the target is given
     * @param target the target
     * @param classWeights one weight per class; empty for none
     * @param weightMap per-pixel weights; null for none
     * @param mask 0 or 1 per pixel; null for none
     * @param distanceMap signed distances of the shape of the input; null for none
     * @param reduction what becomes of the single values
     * @param value the expected value or values
     * @param gradient the expected gradient of the value, or of the sum of the values
     * @param tags what is special about the case
     */
    record LossCase(
            String id,
            String loss,
            SequencedMap<String, @Nullable Object> parameters,
            Activation activation,
            Values input,
            TargetKind targetKind,
            Values target,
            List<Double> classWeights,
            @Nullable Values weightMap,
            @Nullable Values mask,
            @Nullable Values distanceMap,
            Reduction reduction,
            Values value,
            double[] gradient,
            Set<String> tags)
            implements GoldenCase {
        @Override
        public String group() {
            return loss;
        }
    }

    /**
     * The distance of each inside pixel to the nearest pixel outside.
     *
     * @param id the id of the case
     * @param mask 1 inside
     * @param sampling the spacing; empty for 1
     * @param value the expected distances
     */
    record DistanceTransformCase(String id, Values mask, List<Double> sampling, double[] value)
            implements GoldenCase {
        @Override
        public String group() {
            return "distance_transform";
        }
    }

    /**
     * The signed distance map of several masks.
     *
     * @param id the id of the case
     * @param masks one mask per channel, [K, spatial...]
     * @param sampling the spacing; empty for 1
     * @param insideShift how much distances inside are brought towards 0
     * @param value the expected distances
     */
    record SignedDistanceMapCase(
            String id, Values masks, List<Double> sampling, double insideShift, double[] value)
            implements GoldenCase {
        @Override
        public String group() {
            return "signed_distance_map";
        }
    }

    /**
     * The weight map of the U-Net.
     *
     * @param id the id of the case
     * @param instances 0 for the background, 1 and up for objects
     * @param sampling the spacing; empty for 1
     * @param w0 the height of the border term
     * @param sigma the width of the border term
     * @param classWeights the weights of background and foreground
     * @param value the expected weights
     */
    record UnetWeightMapCase(
            String id,
            Values instances,
            List<Double> sampling,
            double w0,
            double sigma,
            List<Double> classWeights,
            double[] value)
            implements GoldenCase {
        @Override
        public String group() {
            return "unet_weight_map";
        }
    }

    /**
     * Labels from logits.
     *
     * @param id the id of the case
     * @param isSoftmax whether the label is the class of the largest logit; else sigmoid above the threshold, for each channel
     * @param threshold the threshold of the sigmoid
     * @param input the logits, [N, C, spatial...]
     * @param value the expected labels
     */
    record PredictionCase(
            String id, boolean isSoftmax, double threshold, Values input, Values value)
            implements GoldenCase {
        @Override
        public String group() {
            return "prediction";
        }
    }

    /**
     * Metrics of one mask against another.
     *
     * @param id the id of the case
     * @param prediction the predicted mask
     * @param target the true mask
     * @param spacing the spacing; empty for 1
     * @param beta the beta of the F score
     * @param percentile the percentile of the robust Hausdorff distance, in percent
     * @param value the expected metrics by name; null where one is undefined
     */
    record MetricCase(
            String id,
            Values prediction,
            Values target,
            List<Double> spacing,
            double beta,
            double percentile,
            Map<String, @Nullable Double> value)
            implements GoldenCase {
        @Override
        public String group() {
            return "metric";
        }
    }

    /**
     * A case of a kind that this version does not know.
     *
     * @param id the id of the case
     * @param kind its kind
     */
    record UnknownCase(String id, String kind) implements GoldenCase {
        @Override
        public String group() {
            return kind;
        }
    }
}
