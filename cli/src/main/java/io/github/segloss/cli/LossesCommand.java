package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.ParameterSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Describes the losses. */
@Command(
        name = "losses",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Describes the losses: formula, parameters with defaults and ranges, source, purpose, relations to others, traps, and the laws that hold.",
        footer = {
            "",
            "Examples:",
            "  segloss losses",
            "  segloss losses dice focal",
            "  segloss losses --json losses.json"
        })
final class LossesCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private OutputOptions output;

    @Parameters(paramLabel = "ID", description = "The losses to describe; all if none is given.")
    private List<String> ids = new ArrayList<>();

    LossesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        output.check();
        LossCatalog catalog = LossCatalog.load();
        Collection<LossDefinition> chosen =
                ids.isEmpty() ? catalog.all() : ids.stream().map(catalog::definition).toList();
        List<String> texts = new ArrayList<>();
        ObjectNode result = Json.result("losses");
        ArrayNode losses = result.putArray("losses");
        for (LossDefinition loss : chosen) {
            texts.add(text(loss));
            losses.add(tree(loss));
        }
        output.write(console, String.join("\n", texts), result);
        return ExitCode.FINE;
    }

    private static String text(LossDefinition loss) {
        StringBuilder text = new StringBuilder();
        text.append(loss.id()).append(": ").append(loss.title()).append('\n');
        line(text, "family", words(loss.family()));
        line(text, "formula", loss.formula());
        if (!loss.parameters().isEmpty()) {
            text.append("  parameters\n");
            Table table = Table.of(4, "    name", "default", "allowed", "meaning");
            for (ParameterSpec spec : loss.parameters()) {
                table.row(
                        "    " + spec.name(), defaultText(spec), spec.range(), spec.description());
            }
            text.append(table);
        }
        line(text, "source", loss.source());
        line(text, "purpose", loss.purpose());
        line(text, "relations", loss.relations());
        line(text, "traps", loss.traps());
        line(text, "laws", String.join(", ", laws(loss)));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(String.format(Locale.ROOT, "  %-10s %s%n", name, value));
        }
    }

    private static String defaultText(ParameterSpec spec) {
        return spec.isRequired() ? "required" : String.valueOf(spec.defaultValue());
    }

    private static ObjectNode tree(LossDefinition loss) {
        ObjectNode tree =
                Json.object()
                        .put("id", loss.id())
                        .put("title", loss.title())
                        .put("family", words(loss.family()))
                        .put("formula", loss.formula());
        ArrayNode parameters = tree.putArray("parameters");
        for (ParameterSpec spec : loss.parameters()) {
            ObjectNode entry =
                    parameters
                            .addObject()
                            .put("name", spec.name())
                            .put("kind", words(spec.kind()))
                            .put("isRequired", spec.isRequired());
            entry.set("default", Json.of(spec.defaultValue()));
            entry.put("allowed", spec.range()).put("description", spec.description());
        }
        tree.put("source", loss.source())
                .put("purpose", loss.purpose())
                .put("relations", loss.relations())
                .put("traps", loss.traps());
        tree.set("laws", Json.texts(laws(loss)));
        return tree;
    }

    private static List<String> laws(LossDefinition loss) {
        return loss.laws().stream().sorted().map(LossesCommand::words).toList();
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
