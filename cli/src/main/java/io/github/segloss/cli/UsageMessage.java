package io.github.segloss.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one sentence. */
final class UsageMessage {
    private UsageMessage() {}

    static String of(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String problem =
                e instanceof UnmatchedArgumentException unmatched
                        ? unmatched(unmatched, command)
                        : e.getMessage()
                                .replace("is not a double", "is not a number")
                                .replaceAll("is not an? (int|long)", "is not a whole number");
        return problem + "; see '" + command.qualifiedName() + " --help'";
    }

    private static String unmatched(UnmatchedArgumentException e, CommandSpec command) {
        String word = e.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            return "unknown option '" + word + "'";
        }
        return command.subcommands().isEmpty()
                ? "unexpected argument '" + word + "'"
                : "unknown command '"
                        + word
                        + "', the commands are "
                        + command.subcommands().keySet().stream().collect(Collectors.joining(", "));
    }
}
