package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The programs of all losses with three classes and default options: passes, what they read, accumulate and store, and the structured kernels. After a
 * change that is meant, run with {@code -Dsegloss.update=true}, which writes the file, and read the difference.
 */
class ProgramsTest {
    private static final Path FILE = Path.of("src/test/resources/programs.txt");

    private static TreeMap<String, Program> programs() {
        TreeMap<String, Program> programs = new TreeMap<>();
        for (LossDefinition definition : LossCatalog.load().all()) {
            new Trials(definition, Sizes.of(2, 3, 5, 7), 1)
                    .plain()
                    .or(() -> new Trials(definition, Sizes.of(2, 1, 5, 7), 1).plain())
                    .ifPresent(trial -> programs.put(definition.id(), trial.graph().program()));
        }
        return programs;
    }

    @Test
    void theProgramsAreThoseOfTheFile() throws IOException {
        StringBuilder text = new StringBuilder();
        programs()
                .forEach((id, program) ->
                        text.append(id)
                                .append('\n')
                                .append(
                                        program.summary()
                                                .lines()
                                                .filter(line -> !line.startsWith("scalar"))
                                                .map(line -> "    " + line + "\n")
                                                .reduce("", String::concat)));
        if (Boolean.getBoolean("segloss.update")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text);
        }
        assertEquals(Files.readString(FILE), text.toString());
    }

    @Test
    void crossEntropiesAreOnePass() {
        for (String id :
                List.of(
                        "bce",
                        "bce_with_logits",
                        "weighted_bce",
                        "balanced_bce",
                        "cross_entropy",
                        "categorical_cross_entropy",
                        "focal",
                        "symmetric_focal",
                        "asymmetric_focal",
                        "conservative",
                        "boundary")) {
            requirePasses(id, 1);
        }
    }

    @Test
    void regionAndCompoundLossesAreTwoPasses() {
        for (String id :
                List.of(
                        "dice",
                        "jaccard",
                        "tversky",
                        "focal_tversky",
                        "asymmetric_similarity",
                        "generalized_dice",
                        "generalized_wasserstein_dice",
                        "log_cosh_dice",
                        "mcc",
                        "sensitivity_specificity",
                        "combo",
                        "dice_ce",
                        "dice_focal",
                        "hybrid_focal",
                        "exponential_logarithmic",
                        "symmetric_unified_focal",
                        "asymmetric_unified_focal")) {
            requirePasses(id, 2);
        }
    }

    private static void requirePasses(String id, int passes) {
        Program program = programs().get(id);
        assertEquals(passes, program.passes().size(), () -> id + ":\n" + program.summary());
        assertTrue(program.temporaries().isEmpty(), () -> id + " needs no array of its own");
    }
}
