package io.github.segloss.cli;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.cli.judge.LossChoice;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which losses judge, and how. */
final class LossArguments {
    @Option(
            names = "--losses",
            paramLabel = "ID",
            split = ",",
            defaultValue = LossChoice.AUTO,
            description =
                    "The losses, see 'segloss losses'; or all, main (some of each family), or auto: all, but main for scenes of more than a million voxels times channels. Default: ${DEFAULT-VALUE}.")
    private List<String> losses = new ArrayList<>();

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description =
                    "A parameter of every chosen loss that has it, or with LOSS.NAME=VALUE of that loss only; may be given several times.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(
            names = "--classes",
            paramLabel = "LABELS",
            defaultValue = "all",
            description =
                    "The classes that count in the losses: labels such as 1,2, foreground (all but 0), or all. Default: ${DEFAULT-VALUE}.")
    private String classes = "all";

    @Option(
            names = "--class-weights",
            paramLabel = "W",
            split = ",",
            description = "One weight of at least 0 for each class.")
    private List<Double> classWeights = new ArrayList<>();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "The backend, see 'segloss backends'. Default: chosen by -Dsegloss.backend, SEGLOSS_BACKEND or priority.")
    private @Nullable String backend;

    /** {@return the losses} */
    LossChoice choice() {
        return LossChoice.of(losses, parameters);
    }

    /** {@return the backend, opened} */
    Session open() {
        return backend == null ? Session.open() : Session.open(backend);
    }

    /** {@return the options of the losses for a scene} */
    LossOptions options(Scene scene) {
        checkClassWeights(scene);
        return scene.options()
                .withClasses(selection(scene))
                .withClassWeights(classWeights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private void checkClassWeights(Scene scene) {
        int found = classWeights.size();
        int classCount = scene.labels().size();
        boolean fits = found == classCount || (scene.channels() == 1 && found == 1);
        if (found > 0 && !fits) {
            throw new InvalidParameterException(
                    "--class-weights has "
                            + found
                            + (found == 1 ? " value" : " values")
                            + "; it must have one for each of the "
                            + classCount
                            + " classes "
                            + scene.labels());
        }
    }

    private ClassSelection selection(Scene scene) {
        return switch (classes) {
            case "all" -> ClassSelection.ALL;
            case "foreground" -> ClassSelection.FOREGROUND;
            default -> {
                List<Integer> selected = new ArrayList<>();
                for (String word : classes.split(",", -1)) {
                    selected.add(scene.classOf(label(word)));
                }
                yield new ClassSelection.Some(selected);
            }
        };
    }

    private long label(String word) {
        try {
            return Long.parseLong(word.strip());
        } catch (NumberFormatException e) {
            throw new InvalidParameterException(
                    "--classes is '"
                            + classes
                            + "', which holds '"
                            + word
                            + "'; allowed are labels separated by commas, foreground, or all",
                    e);
        }
    }
}
