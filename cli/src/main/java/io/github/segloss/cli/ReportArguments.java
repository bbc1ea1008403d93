package io.github.segloss.cli;

import io.github.segloss.loss.LossCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is drawn. */
final class ReportArguments {
    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Write pictures, report.json and index.html to this folder; it is made if it is missing.")
    private @Nullable Path folder;

    @Option(
            names = "--picture-losses",
            paramLabel = "ID",
            split = ",",
            description =
                    "The losses whose gradients are drawn. Default: the first region loss and the first cross-entropy loss.")
    private List<String> pictureLosses = new ArrayList<>();

    /** {@return the folder of the report; null if none is wanted} */
    @Nullable Path folder() {
        return folder;
    }

    /** {@return the losses whose gradients are drawn; empty for the default} */
    List<String> pictureLosses() {
        LossCatalog catalog = LossCatalog.load();
        pictureLosses.forEach(catalog::definition);
        return pictureLosses;
    }
}
