package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.cli.judge.ClassScore;
import io.github.segloss.cli.judge.Judgement;
import io.github.segloss.cli.judge.LossOutcome;
import io.github.segloss.cli.scene.Grid;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.LossOptions;
import java.util.Locale;

/** A judgement as JSON. It holds no times, so that the same input gives the same text. */
final class JudgementJson {
    private JudgementJson() {}

    static ObjectNode of(Judgement judgement, LossOptions options) {
        Scene scene = judgement.scene();
        Grid grid = scene.grid();
        ObjectNode tree = Json.result("evaluate");
        tree.put("prediction", scene.predictionText());
        tree.put("target", scene.targetText());
        tree.set("shape", Json.of(grid.space()));
        tree.set("spacingMm", Json.numbers(grid.spacing()));
        tree.put("countedVoxels", scene.masks().valid().cardinality());
        tree.putObject("backend")
                .put("name", judgement.backend())
                .put("device", judgement.device().name());
        tree.set("options", options(options, scene));
        ArrayNode losses = tree.putArray("losses");
        judgement.losses().forEach(loss -> losses.add(loss(loss)));
        tree.set("leftOut", Json.texts(judgement.left()));
        tree.set("meanDice", Json.number(judgement.meanDice()));
        tree.put("classesInMean", judgement.foreground().size());
        tree.put("volumeUnit", grid.volumeUnit());
        ArrayNode classes = tree.putArray("classes");
        judgement.scores().forEach(score -> classes.add(score(score)));
        return tree;
    }

    private static ObjectNode options(LossOptions options, Scene scene) {
        ObjectNode tree =
                Json.object()
                        .put("activation", word(options.activation()))
                        .put("target", word(options.target()));
        tree.set(
                "classes",
                Json.of(
                        scene.labels().stream()
                                .filter(label ->
                                        options.classes()
                                                .includes(
                                                        scene.labels().indexOf(label),
                                                        scene.channels()))
                                .toList()));
        tree.set("classWeights", Json.of(options.classWeights()));
        return tree;
    }

    private static ObjectNode loss(LossOutcome loss) {
        ObjectNode tree =
                Json.object()
                        .put("id", loss.id())
                        .put("family", word(loss.family()))
                        .put("status", word(loss.status()));
        tree.set("value", Json.number(loss.value()));
        tree.set("gradientNorm", Json.number(loss.gradientNorm()));
        tree.set("parameters", Json.of(loss.parameters()));
        return loss.isComputed() ? tree : tree.put("reason", loss.reason());
    }

    private static ObjectNode score(ClassScore score) {
        ObjectNode tree =
                Json.object().put("label", score.label()).put("isForeground", score.isForeground());
        tree.set("dice", Json.number(score.counts().dice().orElse(Double.NaN)));
        tree.set("iou", Json.number(score.counts().iou().orElse(Double.NaN)));
        tree.set("precision", Json.number(score.counts().precision().orElse(Double.NaN)));
        tree.set("recall", Json.number(score.counts().recall().orElse(Double.NaN)));
        return tree.put("predictedVolume", score.predictedVolume())
                .put("targetVolume", score.actualVolume())
                .put("predictedVoxels", score.predicted())
                .put("targetVoxels", score.actual())
                .put("truePositives", score.counts().truePositives())
                .put("falsePositives", score.counts().falsePositives())
                .put("falseNegatives", score.counts().falseNegatives());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
