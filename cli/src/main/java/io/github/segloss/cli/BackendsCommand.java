package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.backend.Availability.Available;
import io.github.segloss.backend.Availability.Unavailable;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.tensor.DType;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the backends. */
@Command(
        name = "backends",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Lists the backends, the one chosen by default first: whether each is available or why not, its devices and what it can do.",
        footer = {
            "",
            "A backend is chosen by --backend, then -Dsegloss.backend, then SEGLOSS_BACKEND, then this order.",
            "",
            "Examples:",
            "  segloss backends",
            "  segloss backends --json backends.json"
        })
final class BackendsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin private OutputOptions output;

    BackendsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        output.check();
        StringBuilder text = new StringBuilder();
        ObjectNode result = Json.result("backends");
        ArrayNode backends = result.putArray("backends");
        for (Backends.Candidate candidate : Backends.probeAll()) {
            String name = candidate.provider().name();
            ObjectNode entry =
                    backends.addObject()
                            .put("name", name)
                            .put("isAvailable", candidate.isAvailable())
                            .put("priority", candidate.provider().priority());
            switch (candidate.availability()) {
                case Available(List<Device> devices, Capabilities abilities) -> {
                    text.append(name).append(": available\n");
                    ArrayNode list = entry.putArray("devices");
                    for (Device device : devices) {
                        text.append("  device ").append(device.id()).append(": ");
                        text.append(device.name()).append(", ").append(device.detail());
                        text.append('\n');
                        list.addObject()
                                .put("id", device.id())
                                .put("name", device.name())
                                .put("detail", device.detail());
                    }
                    text.append("  predictions: ").append(types(abilities.predictions()));
                    text.append("; labels: ").append(types(abilities.labels()));
                    text.append(
                            abilities.isReference() ? "; the reference, float64 inside\n" : "\n");
                    entry.set("predictions", Json.texts(sorted(abilities.predictions())));
                    entry.set("labels", Json.texts(sorted(abilities.labels())));
                    entry.put("isReference", abilities.isReference());
                }
                case Unavailable(var reason, String detail, _) -> {
                    text.append(name).append(": unavailable, ").append(detail).append('\n');
                    entry.put("reason", reason.name()).put("detail", detail);
                }
            }
        }
        output.write(console, text.toString(), result);
        return ExitCode.FINE;
    }

    private static List<String> sorted(Collection<DType> types) {
        return types.stream().sorted().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
    }

    private static String types(Collection<DType> types) {
        return sorted(types).stream().collect(Collectors.joining(", "));
    }
}
