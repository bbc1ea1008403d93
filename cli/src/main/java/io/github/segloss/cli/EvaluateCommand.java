package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.cli.judge.Judge;
import io.github.segloss.cli.judge.Judgement;
import io.github.segloss.cli.judge.LossChoice;
import io.github.segloss.cli.judge.LossOutcome;
import io.github.segloss.cli.judge.LossOutcome.Status;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Judges a prediction against a target. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Judges a prediction against a target: every applicable loss with its value and the norm of its gradient, and for each class Dice, IoU, precision, recall and volume. Without files a built-in phantom is judged.",
            ""
        },
        footer = {
            "",
            "Files are NIfTI-1 (.nii, .nii.gz), NPY, PNG or TIFF. Several channels come as a 4-D volume, NPY [C, spatial...], or one file for each class.",
            "What a prediction is, is told by its numbers unless --prediction-kind or --activation say it: whole numbers in one channel are labels, numbers in [0, 1] are probabilities, all others logits. PNG and TIFF of 8 or 16 bits are masks (0 and 255) or label maps (small numbers); with other greys they are probabilities, greys / 255 or 65535.",
            "A label map is taken as one-hot probabilities clipped at 1e-6 over the classes of both files.",
            "",
            "Examples:",
            "  segloss evaluate",
            "  segloss evaluate --prediction fast.nii.gz --target labels.nii.gz --report out",
            "  segloss evaluate --prediction logits.npy --target labels.npy --losses dice,focal --param gamma=3",
            "  segloss evaluate --prediction p0.png p1.png p2.png --target labels.png --classes foreground --json",
            "",
            "Exit codes: 0 all is well, 1 a loss asked for by name is not applicable or a loss failed, 2 bad input or backend unavailable."
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Console console;

    @ArgGroup(validate = false, heading = "%nWhat is judged:%n")
    private SceneArguments scene = new SceneArguments();

    @ArgGroup(validate = false, heading = "%nHow it is judged:%n")
    private LossArguments losses = new LossArguments();

    @ArgGroup(validate = false, heading = "%nPictures:%n")
    private ReportArguments report = new ReportArguments();

    @Mixin private OutputOptions output;

    EvaluateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        output.check();
        scene.check();
        LossChoice choice = losses.choice();
        List<String> pictureLosses = report.pictureLosses();
        Path folder = report.folder();
        if (folder != null) {
            ReportFolder.requireWritable(folder);
        }
        try (Session session = losses.open()) {
            console.progress("reading");
            Scene loaded = scene.scene();
            LossOptions options = losses.options(loaded);
            Judge judge = new Judge(session, pictureLosses, console::progress);
            Judgement judgement = judge.judge(loaded, choice, options);
            requireResult(judgement);
            ObjectNode tree = JudgementJson.of(judgement, options);
            String text = JudgementText.of(judgement);
            if (folder != null) {
                console.progress("drawing");
                ReportFolder.write(folder, judgement, text, tree);
                text += "\nreport: " + folder.resolve(ReportFolder.INDEX) + "\n";
                tree.put("report", folder.toString());
            }
            output.write(console, text, tree);
            boolean isIncomplete =
                    judgement.count(Status.FAILED) > 0
                            || (choice.isExplicit() && judgement.count(Status.NOT_APPLICABLE) > 0);
            return isIncomplete ? ExitCode.SOME_FAILED : ExitCode.FINE;
        }
    }

    /** Where not a single loss fits, the input is wrong, not the losses. */
    private static void requireResult(Judgement judgement) {
        if (judgement.count(Status.NOT_APPLICABLE) == judgement.losses().size()) {
            LossOutcome first = judgement.losses().getFirst();
            throw new InvalidParameterException(
                    (judgement.losses().size() == 1 ? "" : "no loss is applicable, such as ")
                            + first.id()
                            + ": "
                            + first.reason());
        }
    }
}
