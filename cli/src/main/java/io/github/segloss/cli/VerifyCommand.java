package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.conformance.GoldenReport;
import io.github.segloss.conformance.GoldenReport.LossSummary;
import io.github.segloss.conformance.GoldenVerification;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares the losses with golden files. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs every case of a folder of golden files and compares value and gradient with what the file says. Exit code 1 if a case fails.",
        footer = {
            "",
            "Examples:",
            "  segloss verify golden",
            "  segloss verify golden --backend scalar --backend openblas --dtype float64",
            "  segloss verify golden --json report.json"
        })
final class VerifyCommand implements Callable<Integer> {
    /** The element types that can be asked for. */
    private enum Precision {
        FLOAT32,
        FLOAT64,
        ALL
    }

    private final Console console;

    @Mixin private OutputOptions output;

    @Parameters(paramLabel = "DIR", description = "The folder of golden files (*.json).")
    private Path folder;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "The backend to verify; may be given several times. By default the one that is chosen automatically.")
    private List<String> backends = new ArrayList<>();

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "all",
            description =
                    "float32, float64, or all of these that the backend has. Default: ${DEFAULT-VALUE}.")
    private Precision precision;

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        output.check();
        if (!Files.isDirectory(folder)) {
            throw new InvalidParameterException(
                    "'" + folder + "' is no folder; verify needs a folder of golden files");
        }
        StringBuilder text = new StringBuilder();
        ObjectNode tree = Json.result("verify").put("folder", folder.toString());
        ArrayNode reports = tree.putArray("backends");
        List<String> summaries = new ArrayList<>();
        boolean isOk = true;
        for (@Nullable String name : names()) {
            try (Session session = name == null ? Session.open() : Session.open(name)) {
                String backend = session.backend().name();
                GoldenReport report =
                        GoldenVerification.run(
                                folder,
                                session,
                                types(session),
                                line -> console.progress(backend + ": " + line));
                isOk &= report.ok();
                text.append("backend ").append(backend).append('\n').append(text(report));
                reports.add(tree(backend, report));
                summaries.add(summary(backend, report));
            }
        }
        tree.put("isOk", isOk);
        text.append(String.join("; ", summaries)).append('\n');
        output.write(console, text.toString(), tree);
        return isOk ? ExitCode.FINE : ExitCode.SOME_FAILED;
    }

    private List<@Nullable String> names() {
        List<@Nullable String> names = new ArrayList<>(new LinkedHashSet<>(backends));
        if (names.isEmpty()) {
            names.add(null);
        }
        return names;
    }

    private List<DType> types(Session session) {
        Set<DType> known = session.backend().capabilities().predictions();
        return switch (precision) {
            case FLOAT32 -> List.of(DType.FLOAT32);
            case FLOAT64 -> List.of(DType.FLOAT64);
            case ALL -> Stream.of(DType.FLOAT64, DType.FLOAT32).filter(known::contains).toList();
        };
    }

    private static String text(GoldenReport report) {
        Table table =
                Table.of(
                        2,
                        "loss",
                        "type",
                        "cases",
                        "passed",
                        "worst value error",
                        "worst gradient error");
        for (LossSummary loss : report.losses()) {
            table.row(
                    loss.loss(),
                    word(loss.dtype()),
                    Integer.toString(loss.cases()),
                    Integer.toString(loss.passed()),
                    Numbers.rough(loss.worstValueError()),
                    Numbers.rough(loss.worstGradientError()));
        }
        StringBuilder text = new StringBuilder(table.toString());
        list(text, "failed", report.losses().stream().flatMap(l -> l.failures().stream()).toList());
        list(text, "not checked", report.unknown());
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append(title).append(":\n");
            lines.forEach(line -> text.append("  ").append(line).append('\n'));
        }
    }

    private static String summary(String backend, GoldenReport report) {
        return backend
                + ": "
                + report.passed()
                + " of "
                + report.cases()
                + " cases passed, "
                + report.unknown().size()
                + " not checked";
    }

    private static ObjectNode tree(String backend, GoldenReport report) {
        ObjectNode tree =
                Json.object()
                        .put("backend", backend)
                        .put("cases", report.cases())
                        .put("passed", report.passed())
                        .put("isOk", report.ok());
        ArrayNode losses = tree.putArray("losses");
        for (LossSummary loss : report.losses()) {
            ObjectNode entry =
                    losses.addObject()
                            .put("loss", loss.loss())
                            .put("dtype", word(loss.dtype()))
                            .put("cases", loss.cases())
                            .put("passed", loss.passed());
            entry.set("worstValueError", Json.number(loss.worstValueError()));
            entry.set("worstGradientError", Json.number(loss.worstGradientError()));
            entry.set("failures", Json.texts(loss.failures()));
        }
        tree.set("notChecked", Json.texts(report.unknown()));
        return tree;
    }

    private static String word(DType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
