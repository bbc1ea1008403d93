package io.github.segloss.cli;

import io.github.segloss.SegLossException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;

/** Runs the {@code segloss} command. */
public final class Main {
    static {
        // One line for each message of the library's loggers, and no display for its pictures.
        setDefault("java.util.logging.SimpleFormatter.format", "segloss: %5$s%n");
        setDefault("java.awt.headless", "true");
    }

    private Main() {}

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the words of the command line
     */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        int code = run(args, out, err);
        out.flush();
        err.flush();
        System.exit(code);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /**
     * Runs a command.
     *
     * @param args the words of the command line
     * @param out where the result goes
     * @param err where progress and errors go
     * @return 0 if all is well, 1 if some cases or losses failed, 2 for bad input or a backend that is unavailable
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        Console console = new Console(out, err);
        boolean debug = Arrays.asList(args).contains("--debug");
        CommandLine line =
                new CommandLine(new SeglossCommand(console))
                        .addSubcommand(new BackendsCommand(console))
                        .addSubcommand(new LossesCommand(console))
                        .addSubcommand(new VerifyCommand(console))
                        .addSubcommand(new EvaluateCommand(console))
                        .addSubcommand(new BenchCommand(console))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setUsageHelpWidth(100)
                        .setExitCodeExceptionMapper(_ -> ExitCode.BAD_INPUT);
        line.setParameterExceptionHandler((e, _) -> {
            console.say(UsageMessage.of(e));
            return failed(e, debug, err);
        });
        line.setExecutionExceptionHandler((e, _, _) -> {
            console.say(
                    e instanceof SegLossException
                            ? e.getMessage()
                            : "internal error: " + e + "; --debug shows where");
            return failed(e, debug, err);
        });
        try {
            return line.execute(args);
        } catch (OutOfMemoryError e) {
            console.say(
                    "out of memory ("
                            + e.getMessage()
                            + ") with a heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB; choose fewer losses or classes, or a larger heap by JAVA_TOOL_OPTIONS=-Xmx...");
            return failed(e, debug, err);
        }
    }

    private static int failed(Throwable e, boolean debug, PrintStream err) {
        if (debug) {
            e.printStackTrace(err);
        }
        return ExitCode.BAD_INPUT;
    }
}
