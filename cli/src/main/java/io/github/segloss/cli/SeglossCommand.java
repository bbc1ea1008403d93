package io.github.segloss.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command without a subcommand: shows the help. */
@Command(
        name = "segloss",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Segmentation losses with exact gradients.",
        footer = {
            "",
            "Examples:",
            "  segloss evaluate",
            "  segloss evaluate --prediction prediction.nii.gz --target labels.nii.gz --report out",
            "  segloss losses dice",
            "  segloss backends",
            "",
            "Exit codes: 0 all is well, 1 some cases or losses failed, 2 bad input or backend unavailable."
        })
final class SeglossCommand implements Runnable {
    private final Console console;

    @Spec private CommandSpec spec;

    @Option(names = "--debug", description = "Show the stack trace of an error.")
    private boolean debug;

    SeglossCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        spec.commandLine().usage(console.out());
    }
}
