package io.github.segloss.cli;

import io.github.segloss.cli.judge.ClassScore;
import io.github.segloss.cli.judge.Judgement;
import io.github.segloss.cli.judge.LossOutcome;
import io.github.segloss.cli.judge.LossOutcome.Status;
import java.util.OptionalDouble;

/** A judgement as text for people. */
final class JudgementText {
    private JudgementText() {}

    static String of(Judgement judgement) {
        return header(judgement)
                + "\n"
                + scores(judgement)
                + summary(judgement)
                + "\n\n"
                + losses(judgement)
                + without(judgement, Status.NOT_APPLICABLE, "Not applicable")
                + without(judgement, Status.FAILED, "Failed")
                + left(judgement);
    }

    private static String header(Judgement judgement) {
        return "prediction  "
                + judgement.scene().predictionText()
                + "\ntarget      "
                + judgement.scene().targetText()
                + "\ngrid        "
                + grid(judgement)
                + "\nbackend     "
                + judgement.backend()
                + ", "
                + judgement.device().name()
                + "\n";
    }

    static String grid(Judgement judgement) {
        StringBuilder text = new StringBuilder();
        long[] space = judgement.scene().grid().space();
        double[] spacing = judgement.scene().grid().spacing();
        for (int axis = 0; axis < space.length; axis++) {
            text.append(axis == 0 ? "" : " x ").append(space[axis]);
        }
        text.append(" voxels of ");
        for (int axis = 0; axis < space.length; axis++) {
            text.append(axis == 0 ? "" : " x ").append(Numbers.plain(spacing[axis]));
        }
        text.append(" mm");
        long counted = judgement.scene().masks().valid().cardinality();
        if (counted < judgement.scene().masks().voxels()) {
            text.append(", of which ").append(counted).append(" count");
        }
        return text.toString();
    }

    private static String scores(Judgement judgement) {
        String unit = judgement.scene().grid().volumeUnit();
        Table table =
                Table.of(
                        1,
                        "class",
                        "Dice",
                        "IoU",
                        "precision",
                        "recall",
                        "predicted " + unit,
                        "target " + unit,
                        "TP",
                        "FP",
                        "FN");
        for (ClassScore score : judgement.scores()) {
            table.row(
                    name(score),
                    Numbers.ratio(score.counts().dice()),
                    Numbers.ratio(score.counts().iou()),
                    Numbers.ratio(score.counts().precision()),
                    Numbers.ratio(score.counts().recall()),
                    Numbers.oneDigit(score.predictedVolume()),
                    Numbers.oneDigit(score.actualVolume()),
                    Long.toString(score.counts().truePositives()),
                    Long.toString(score.counts().falsePositives()),
                    Long.toString(score.counts().falseNegatives()));
        }
        return table.toString();
    }

    /** {@return the label of a class, and whether it is the background} */
    static String name(ClassScore score) {
        return score.label() + (score.isForeground() ? "" : " (background)");
    }

    static String summary(Judgement judgement) {
        int classes = judgement.foreground().size();
        return classes == 0
                ? "mean Dice: not defined, the target holds no foreground"
                : "mean Dice: "
                        + Numbers.ratio(OptionalDouble.of(judgement.meanDice()))
                        + " over the "
                        + classes
                        + (classes == 1 ? " foreground class" : " foreground classes")
                        + " of the target";
    }

    private static String losses(Judgement judgement) {
        Table table = Table.of(1, "loss", "value", "gradient norm");
        for (LossOutcome loss : judgement.losses()) {
            if (loss.isComputed()) {
                table.row(
                        loss.id(),
                        Numbers.significant(loss.value()),
                        Numbers.significant(loss.gradientNorm()));
            }
        }
        return judgement.count(Status.COMPUTED) == 0 ? "" : table.toString();
    }

    private static String without(Judgement judgement, Status status, String title) {
        if (judgement.count(status) == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n" + title + ":\n");
        for (LossOutcome loss : judgement.losses()) {
            if (loss.status() == status) {
                text.append("  ").append(loss.id()).append(": ").append(loss.reason()).append('\n');
            }
        }
        return text.toString();
    }

    private static String left(Judgement judgement) {
        return judgement.left().isEmpty()
                ? ""
                : "\nLeft out because the scene is large (--losses all runs them): "
                        + String.join(", ", judgement.left())
                        + "\n";
    }
}
