package io.github.segloss.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.segloss.conformance.GoldenCase.DistanceTransformCase;
import io.github.segloss.conformance.GoldenCase.LossCase;
import io.github.segloss.conformance.GoldenCase.MetricCase;
import io.github.segloss.conformance.GoldenCase.PredictionCase;
import io.github.segloss.conformance.GoldenCase.SignedDistanceMapCase;
import io.github.segloss.conformance.GoldenCase.UnetWeightMapCase;
import io.github.segloss.conformance.GoldenCase.UnknownCase;
import io.github.segloss.conformance.GoldenCase.Values;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads golden files: JSON of {@code {"schema_version": 1, "group": ..., "set": ..., "cases": [...]}}.
 *
 * <p>Strict: every field of a case's kind must be there with its type, and arrays must have as many elements as their shapes. Bounded: a file of more than
 * 256 MiB, nesting beyond 16 levels or a number of more than 64 characters is refused. A kind that is not known is kept as such, and a field that the
 * schema does not have is listed, so that a newer file can still be read.
 */
public final class GoldenReader {
    private static final long MOST_BYTES = 256L << 20;
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(16)
                                                    .maxNumberLength(64)
                                                    .maxStringLength(1 << 16)
                                                    .maxNameLength(256)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path path;
    private final List<String> ignored = new ArrayList<>();

    private GoldenReader(Path path) {
        this.path = path;
    }

    /**
     * {@return the cases of one file}
     *
     * @param path the file
     * @throws GoldenFormatException if it cannot be read or is malformed
     */
    public static GoldenFile read(Path path) {
        return new GoldenReader(path).file();
    }

    /**
     * {@return the golden files of a folder, all names that end in {@code .json}, in the order of their names}
     *
     * @param folder the folder
     * @throws GoldenFormatException if it is no folder or has no such file
     */
    public static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new GoldenFormatException(
                    folder
                            + " is not a folder; golden files are read from a folder of .json files");
        }
        try (var entries = Files.list(folder)) {
            List<Path> files =
                    entries.filter(entry -> entry.getFileName().toString().endsWith(".json"))
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw new GoldenFormatException(folder + " has no file whose name ends in .json");
            }
            return files;
        } catch (IOException e) {
            throw new GoldenFormatException(folder + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private GoldenFile file() {
        JsonNode root = tree();
        GoldenFields fields = new GoldenFields(path.toString(), root);
        long version = fields.integer("schema_version");
        if (version != 1) {
            throw fields.malformed("schema_version", "is " + version, "1");
        }
        fields.ignore("group");
        String set = fields.text("set");
        JsonNode list = fields.required("cases");
        if (!list.isArray()) {
            throw fields.malformed("cases", "is not a list", "a list of cases");
        }
        List<GoldenCase> cases = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            GoldenCase read = oneCase(i, list.get(i));
            if (!ids.add(read.id())) {
                throw new GoldenFormatException(
                        path + ": two cases have the id '" + read.id() + "'");
            }
            cases.add(read);
        }
        fields.unread().forEach(name -> ignored.add(path.getFileName() + ": " + name));
        return new GoldenFile(path, set, cases, ignored);
    }

    private JsonNode tree() {
        try {
            long size = Files.size(path);
            if (size > MOST_BYTES) {
                throw new GoldenFormatException(
                        path + " has " + size + " bytes; at most " + MOST_BYTES + " are read");
            }
            return MAPPER.readTree(path.toFile());
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw new GoldenFormatException(
                    path + " is not JSON" + where + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new GoldenFormatException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private GoldenCase oneCase(int index, JsonNode node) {
        GoldenFields nameless = new GoldenFields(path + ", case " + index, node);
        String id = nameless.text("id");
        GoldenFields fields = new GoldenFields(path + ", case " + id, node);
        fields.ignore("id", "source", "notes");
        String kind = fields.text("kind");
        GoldenCase read =
                switch (kind) {
                    case "loss" -> loss(id, fields);
                    case "distance_transform" -> distanceTransform(id, fields);
                    case "signed_distance_map" -> signedDistanceMap(id, fields);
                    case "unet_weight_map" -> unetWeightMap(id, fields);
                    case "prediction" -> prediction(id, fields);
                    case "metric" -> metric(id, fields);
                    default -> new UnknownCase(id, kind);
                };
        if (!(read instanceof UnknownCase)) {
            fields.unread().forEach(name -> ignored.add(id + ": " + name));
        }
        return read;
    }

    private static LossCase loss(String id, GoldenFields fields) {
        fields.ignore("input_kind", "gradient_of", "max_finite_difference_error");
        Shape shape = fields.shape("shape");
        if (shape.rank() < 3 || shape.rank() > 5) {
            throw fields.malformed(
                    "shape", "is " + shape, "[N, C, spatial...] with 1 to 3 spatial axes");
        }
        Values input = new Values(shape, fields.numbers("input", shape.elements()));
        Reduction reduction = fields.choice("reduction", Reduction.class);
        Values value =
                reduction == Reduction.NONE
                        ? fields.values("value", "value_shape")
                        : new Values(Shape.of(), new double[] {fields.number("value")});
        return new LossCase(
                id,
                fields.text("loss"),
                fields.parameters().asMap(),
                fields.choice("activation", Activation.class),
                input,
                fields.choice("target_kind", TargetKind.class),
                fields.values("target", "target_shape"),
                fields.numberList("class_weights"),
                fields.optionalValues("weight_map", "weight_map_shape"),
                fields.optionalValues("mask", "mask_shape"),
                fields.optionalValues("distance_map", "distance_map_shape"),
                reduction,
                value,
                fields.numbers("gradient", shape.elements()),
                fields.words("tags"));
    }

    private static DistanceTransformCase distanceTransform(String id, GoldenFields fields) {
        fields.ignore("squared");
        Values mask = fields.values("mask", "shape");
        return new DistanceTransformCase(
                id,
                mask,
                fields.parameters().numberList("sampling"),
                fields.numbers("value", mask.shape().elements()));
    }

    private static SignedDistanceMapCase signedDistanceMap(String id, GoldenFields fields) {
        Values masks = fields.values("masks", "shape");
        GoldenFields parameters = fields.parameters();
        String empty = parameters.text("empty_class");
        if (!empty.equals("zeros")) {
            throw parameters.malformed("empty_class", "is " + empty, "zeros");
        }
        return new SignedDistanceMapCase(
                id,
                masks,
                parameters.numberList("sampling"),
                parameters.number("inside_shift"),
                fields.numbers("value", masks.shape().elements()));
    }

    private static UnetWeightMapCase unetWeightMap(String id, GoldenFields fields) {
        Values instances = fields.values("instances", "shape");
        GoldenFields parameters = fields.parameters();
        return new UnetWeightMapCase(
                id,
                instances,
                parameters.numberList("sampling"),
                parameters.number("w0"),
                parameters.number("sigma"),
                parameters.numberList("class_weights"),
                fields.numbers("value", instances.shape().elements()));
    }

    private static PredictionCase prediction(String id, GoldenFields fields) {
        Values input = fields.values("input", "shape");
        GoldenFields parameters = fields.parameters();
        String rule = parameters.text("rule");
        boolean isSoftmax = rule.equals("softmax_argmax");
        if (!isSoftmax && !rule.equals("sigmoid_threshold")) {
            throw parameters.malformed("rule", "is " + rule, "sigmoid_threshold or softmax_argmax");
        }
        double threshold = isSoftmax ? 0 : parameters.number("threshold");
        return new PredictionCase(
                id, isSoftmax, threshold, input, fields.values("value", "value_shape"));
    }

    private static MetricCase metric(String id, GoldenFields fields) {
        Shape shape = fields.shape("shape");
        GoldenFields parameters = fields.parameters();
        return new MetricCase(
                id,
                new Values(shape, fields.numbers("prediction", shape.elements())),
                new Values(shape, fields.numbers("target", shape.elements())),
                parameters.numberList("spacing"),
                parameters.number("f_beta_beta"),
                parameters.number("hd_percentile"),
                fields.object("value").asNumbers());
    }
}
