package io.github.segloss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code evaluate} on small files, with numbers worked out by hand. */
class EvaluateFilesTest {
    private static final double CLOSE = 1e-6;

    @TempDir private Path folder;
    private TinyFiles files;

    @BeforeEach
    void folder() {
        files = new TinyFiles(folder);
    }

    private static JsonNode evaluate(Object... words) throws IOException {
        Object[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = "--json";
        Object[] line = new Object[all.length + 1];
        line[0] = "evaluate";
        System.arraycopy(all, 0, line, 1, all.length);
        Run run = Run.of(line);
        assertEquals(0, run.code(), run.err());
        return run.json();
    }

    private static JsonNode loss(JsonNode result, String id) {
        for (JsonNode loss : result.get("losses")) {
            if (loss.get("id").asText().equals(id)) {
                return loss;
            }
        }
        throw new AssertionError("no " + id + " in " + result);
    }

    private static JsonNode score(JsonNode result, long label) {
        for (JsonNode score : result.get("classes")) {
            if (score.get("label").asLong() == label) {
                return score;
            }
        }
        throw new AssertionError("no class " + label + " in " + result);
    }

    @Test
    void labelMapsAreScoredPerClassWithPrecisionAndRecallTheRightWayRound() throws IOException {
        // Class 7: 2 right, 1 invented, 2 missed. Class 9: missing in the prediction.
        Path prediction =
                files.volume(
                        "p.nii.gz",
                        TinyFiles.affine(0),
                        new int[] {7, 7, 7, 0, 0, 0, 0, 0},
                        2,
                        2,
                        2);
        Path target =
                files.volume(
                        "t.nii", TinyFiles.affine(0), new int[] {7, 7, 0, 7, 7, 9, 0, 0}, 2, 2, 2);
        JsonNode result = evaluate("--prediction", prediction, "--target", target);

        JsonNode seven = score(result, 7);
        assertEquals(2 * 2.0 / (3 + 4), seven.get("dice").asDouble(), CLOSE);
        assertEquals(2.0 / 5, seven.get("iou").asDouble(), CLOSE);
        assertEquals(2.0 / 3, seven.get("precision").asDouble(), CLOSE);
        assertEquals(2.0 / 4, seven.get("recall").asDouble(), CLOSE);
        assertEquals(3 * 2.0, seven.get("predictedVolume").asDouble(), CLOSE, "voxels of 2 mm^3");
        assertEquals(4 * 2.0, seven.get("targetVolume").asDouble(), CLOSE);
        JsonNode nine = score(result, 9);
        assertEquals(0, nine.get("dice").asDouble());
        assertTrue(nine.get("precision").isNull(), "nothing was predicted");
        assertEquals((4.0 / 7 + 0) / 2, result.get("meanDice").asDouble(), CLOSE);
        assertEquals(2, result.get("classesInMean").asInt());
        assertEquals("mm^3", result.get("volumeUnit").asText());
        assertEquals("none", result.get("options").get("activation").asText());
    }

    @Test
    void aLabelMapHasTheLossesOfClippedOneHotProbabilities() throws IOException {
        Path prediction = files.bytes("p.npy", new int[] {1, 1, 0, 0}, 4);
        Path target = files.bytes("t.npy", new int[] {1, 0, 0, 0}, 4);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "dice,categorical_cross_entropy",
                        "--param",
                        "smooth_nr=0",
                        "--param",
                        "smooth_dr=0");
        // class 0: 2 2/(2+3), class 1: 2 1/(2+1); one of four pixels is wrong by ln 1e-6
        assertEquals(1 - (0.8 + 2.0 / 3) / 2, loss(result, "dice").get("value").asDouble(), 1e-5);
        assertEquals(
                -Math.log(1e-6) / 4,
                loss(result, "categorical_cross_entropy").get("value").asDouble(),
                1e-4);
    }

    @Test
    void logitsOfOneChannelGetASigmoidAndAThreshold() throws IOException {
        double[] logits = {2, -1, 0.5, -3};
        Path prediction = files.doubles("p.npy", logits, 2, 2);
        Path target = files.bytes("t.npy", new int[] {1, 1, 0, 0}, 2, 2);
        JsonNode half =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "bce_with_logits");
        double expected = 0;
        double norm = 0;
        for (int i = 0; i < 4; i++) {
            double g = i < 2 ? 1 : 0;
            double p = 1 / (1 + Math.exp(-logits[i]));
            expected -= (g * Math.log(p) + (1 - g) * Math.log(1 - p)) / 4;
            norm += Math.pow((p - g) / 4, 2);
        }
        assertEquals("sigmoid", half.get("options").get("activation").asText());
        assertEquals(expected, loss(half, "bce_with_logits").get("value").asDouble(), 1e-12);
        assertEquals(
                Math.sqrt(norm),
                loss(half, "bce_with_logits").get("gradientNorm").asDouble(),
                1e-12);
        assertEquals(2, score(half, 1).get("predictedVoxels").asInt());

        JsonNode high =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "bce_with_logits",
                        "--threshold",
                        "0.7");
        assertEquals(1, score(high, 1).get("predictedVoxels").asInt(), "sigmoid(0.5) is 0.62");
    }

    @Test
    void severalChannelsCompeteAsOneFileOrAsOneFileForEachClass() throws IOException {
        double[] channels = {3, 0, 0, 1, 2, 0, 0, 0, 4};
        Path all = files.floats("all.npy", channels, 3, 3);
        Path first = files.floats("c0.npy", Arrays.copyOfRange(channels, 0, 3), 3);
        Path second = files.floats("c1.npy", Arrays.copyOfRange(channels, 3, 6), 3);
        Path third = files.floats("c2.npy", Arrays.copyOfRange(channels, 6, 9), 3);
        Path target = files.bytes("t.npy", new int[] {0, 1, 1}, 3);
        JsonNode one =
                evaluate("--prediction", all, "--target", target, "--losses", "cross_entropy,dice");
        JsonNode three =
                evaluate(
                        "--prediction",
                        first,
                        second,
                        third,
                        "--target",
                        target,
                        "--losses",
                        "cross_entropy,dice");
        assertEquals("softmax", one.get("options").get("activation").asText());
        assertEquals(one.get("losses"), three.get("losses"));
        assertEquals(one.get("classes"), three.get("classes"));
        assertEquals(1, score(one, 2).get("falsePositives").asInt());
        assertEquals(2.0 / 3, score(one, 1).get("dice").asDouble(), CLOSE);
    }

    @Test
    void aGreyPictureIsACrudeProbabilityMapAndA255MaskIsAMask() throws IOException {
        Path prediction = files.bytes("p.png", new int[] {255, 204, 51, 0}, 2, 2);
        Path target = files.bytes("t.png", new int[] {255, 0, 0, 0}, 2, 2);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "dice",
                        "--param",
                        "smooth_nr=0",
                        "--param",
                        "smooth_dr=0");
        double sum = 1 + 0.8 + 0.2;
        assertEquals(1 - 2 / (sum + 1), loss(result, "dice").get("value").asDouble(), CLOSE);
        assertEquals(1, score(result, 1).get("truePositives").asInt());
        assertEquals(1, score(result, 1).get("falsePositives").asInt());

        JsonNode masks = evaluate("--prediction", target, "--target", target, "--losses", "dice");
        assertTrue(
                masks.get("prediction").asText().contains("label map"),
                "black and white is a mask");
        assertEquals(1, masks.get("meanDice").asDouble());
        assertEquals(1, score(masks, 1).get("targetVoxels").asInt());
    }

    @Test
    void whatIsIgnoredOrMaskedCountsNowhere() throws IOException {
        Path prediction = files.floats("p.npy", new double[] {0.9, 0.2, Double.NaN, 0.9}, 4);
        Path target = files.bytes("t.npy", new int[] {1, 0, 5, 0}, 4);
        Path mask = files.bytes("mask.npy", new int[] {1, 1, 1, 0}, 4);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--ignore-index",
                        5,
                        "--mask",
                        mask,
                        "--losses",
                        "bce");
        assertEquals(2, result.get("countedVoxels").asInt());
        assertEquals(1, result.get("meanDice").asDouble());
        assertEquals(
                -(Math.log(0.9) + Math.log(0.8)) / 2,
                loss(result, "bce").get("value").asDouble(),
                CLOSE);
    }

    @Test
    void classSelectionWeightsAndParametersReachTheLosses() throws IOException {
        Path prediction = files.bytes("p.npy", new int[] {0, 3, 3, 8}, 4);
        Path target = files.bytes("t.npy", new int[] {0, 3, 8, 8}, 4);
        Object[] base = {
            "--prediction",
            prediction,
            "--target",
            target,
            "--losses",
            "dice",
            "--param",
            "dice.smooth_nr=0",
            "--param",
            "smooth_dr=0"
        };
        double three = 1 - 2.0 / 3;
        double eight = 1 - 2.0 / 3;
        assertEquals(
                (three + eight) / 2,
                loss(evaluate(with(base, "--classes", "foreground")), "dice")
                        .get("value")
                        .asDouble(),
                1e-5);
        assertEquals(
                eight,
                loss(evaluate(with(base, "--classes", "8")), "dice").get("value").asDouble(),
                1e-5);
        assertEquals(
                (2 * three + 4 * eight) / 3,
                loss(evaluate(with(base, "--class-weights", "1,2,4")), "dice")
                        .get("value")
                        .asDouble(),
                1e-5,
                "the background is right, and the number of classes divides");
    }

    private static Object[] with(Object[] words, Object... more) {
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    @Test
    void softTargetsAndIndependentMasksAreUnderstood() throws IOException {
        Path prediction = files.floats("p.npy", new double[] {0.5, 0.25}, 2);
        Path soft = files.floats("soft.npy", new double[] {0.5, 0.75}, 2);
        JsonNode one = evaluate("--prediction", prediction, "--target", soft, "--losses", "bce");
        assertEquals("soft", one.get("options").get("target").asText());
        double expected = (Math.log(2) - 0.75 * Math.log(0.25) - 0.25 * Math.log(0.75)) / 2;
        assertEquals(expected, loss(one, "bce").get("value").asDouble(), CLOSE);

        Path channels = files.floats("two.npy", new double[] {2, 2, -2, 3}, 2, 2);
        Path masks = files.bytes("masks.npy", new int[] {1, 1, 0, 1}, 2, 2);
        JsonNode many = evaluate("--prediction", channels, "--target", masks, "--spatial-axes", 1);
        assertEquals("binary", many.get("options").get("target").asText());
        assertEquals("sigmoid", many.get("options").get("activation").asText());
        assertEquals(1, many.get("meanDice").asDouble(), "both channels are right, and both count");
        assertEquals(2, many.get("classesInMean").asInt());
    }

    @Test
    void aLossThatDoesNotApplySaysWhy() throws IOException {
        Path prediction = files.floats("p.npy", new double[] {0.9, 0.2}, 2);
        Path target = files.bytes("t.npy", new int[] {1, 0}, 2);
        JsonNode all = evaluate("--prediction", prediction, "--target", target);
        JsonNode refused = loss(all, "bce_with_logits");
        assertEquals("not_applicable", refused.get("status").asText());
        assertTrue(refused.get("reason").asText().contains("logits"), refused.toString());
        assertTrue(refused.get("value").isNull());

        Run some =
                Run.of(
                        "evaluate",
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "bce,bce_with_logits");
        assertEquals(1, some.code(), "one of those asked for is missing");
        assertTrue(some.out().contains("bce_with_logits: "), some.out());
        Run none =
                Run.of(
                        "evaluate",
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--losses",
                        "bce_with_logits");
        assertEquals(2, none.code());
        assertEquals("", none.out());
    }

    @Test
    void labelMapsBecomeLogitsWhereAnActivationIsAskedFor() throws IOException {
        Path prediction = files.bytes("p.npy", new int[] {1, 1, 0, 0}, 4);
        Path target = files.bytes("t.npy", new int[] {1, 0, 0, 0}, 4);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--activation",
                        "softmax",
                        "--losses",
                        "cross_entropy");
        assertEquals(
                -Math.log(1e-6) / 4, loss(result, "cross_entropy").get("value").asDouble(), 1e-4);
    }

    @Test
    void probabilitiesBecomeLogitsWhereBothAreSaid() throws IOException {
        Path prediction = files.doubles("p.npy", new double[] {0.9, 0.2}, 2);
        Path target = files.bytes("t.npy", new int[] {1, 0}, 2);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--prediction-kind",
                        "probabilities",
                        "--activation",
                        "sigmoid",
                        "--losses",
                        "bce_with_logits");
        assertEquals(
                -(Math.log(0.9) + Math.log(0.8)) / 2,
                loss(result, "bce_with_logits").get("value").asDouble(),
                1e-9);
    }

    @Test
    void weightsReachTheLosses() throws IOException {
        Path prediction = files.doubles("p.npy", new double[] {0.9, 0.2}, 2);
        Path target = files.bytes("t.npy", new int[] {1, 0}, 2);
        Path weights = files.floats("w.npy", new double[] {4, 0}, 2);
        JsonNode result =
                evaluate(
                        "--prediction",
                        prediction,
                        "--target",
                        target,
                        "--weights",
                        weights,
                        "--losses",
                        "bce");
        assertEquals(
                -4 * Math.log(0.9) / 2,
                loss(result, "bce").get("value").asDouble(),
                1e-9,
                "the default normalization divides by the count");
    }

    @Test
    void anEmptyPairHasNoMeanAndPerfectLosses() throws IOException {
        Path empty = files.bytes("e.npy", new int[] {0, 0, 0, 0}, 2, 2);
        JsonNode result = evaluate("--prediction", empty, "--target", empty);
        assertTrue(result.get("meanDice").isNull());
        assertTrue(score(result, 1).get("dice").isNull());
        assertEquals(1, score(result, 0).get("dice").asDouble());
        for (JsonNode loss : result.get("losses")) {
            if (loss.get("status").asText().equals("computed")) {
                assertTrue(loss.get("value").isNumber(), loss.toString());
                assertTrue(loss.get("gradientNorm").isNumber(), loss.toString());
            }
        }
    }
}
