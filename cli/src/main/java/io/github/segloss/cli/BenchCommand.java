package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.benchmarks.BenchReport;
import io.github.segloss.benchmarks.BenchRequest;
import io.github.segloss.benchmarks.Caches;
import io.github.segloss.benchmarks.JmhRun;
import io.github.segloss.benchmarks.Machine;
import io.github.segloss.benchmarks.QuickRun;
import io.github.segloss.benchmarks.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the backends. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures value and gradient of the workloads W1 to W9 on the backends: against loops written by hand, the reference backend, and the time in which the bytes alone would move through the memory, as probed in the same run.",
            "Without --quick by JMH, in several JVMs for each measurement, with the first call in each: minutes for each workload. Progress goes to stderr."
        },
        footer = {
            "",
            "Examples:",
            "  segloss bench --quick",
            "  segloss bench --workload W1,W6 --backend vector,scalar --threads 1,2 --json bench.json"
        })
final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Spec private CommandSpec spec;

    @Mixin private OutputOptions output;

    @Option(
            names = "--workload",
            split = ",",
            paramLabel = "NAME",
            description = "The workloads, such as W1,W6C21; all if none is named.")
    private List<String> workloads = new ArrayList<>();

    @Option(
            names = "--backend",
            split = ",",
            paramLabel = "NAME",
            description =
                    "The backends; all that are available if none is named, with --quick without those that compute in float64 but scalar.")
    private List<String> backends = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            description = "The numbers of threads; 1 and 2 if none is given.")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--quick",
            description =
                    "Measure in this JVM and end within a minute; rougher, and slow contenders are left out.")
    private boolean isQuick;

    @Option(
            names = "--caches",
            defaultValue = "COLD",
            paramLabel = "cold|warm",
            description =
                    "What is in the caches when a call starts: cold (the default), something else, so that inputs come from memory; warm, what the last call has left there, which compares computing alone.")
    private Caches caches = Caches.COLD;

    @Option(names = "--seconds", defaultValue = "45", hidden = true)
    private double seconds;

    @Option(names = "--calls", defaultValue = "201", hidden = true)
    private int calls;

    @Option(names = "--shrink", defaultValue = "1", hidden = true)
    private int shrink;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        output.check();
        BenchRequest request =
                new BenchRequest(
                        workloads.isEmpty()
                                ? BenchRequest.allWorkloads()
                                : workloads.stream().map(Workload::of).toList(),
                        backends(),
                        threads.isEmpty() ? BenchRequest.defaultThreads() : threads,
                        caches,
                        shrink);
        BenchReport report =
                isQuick
                        ? QuickRun.measure(request, seconds, calls, console::say)
                        : JmhRun.measure(request, console.err());
        output.write(console, text(report), tree(report));
        return ExitCode.FINE;
    }

    private List<String> backends() {
        if (!backends.isEmpty()) {
            return backends;
        }
        return isQuick ? BenchRequest.fastBackends() : BenchRequest.availableBackends();
    }

    private static String text(BenchReport report) {
        Machine machine = report.machine();
        StringBuilder text = new StringBuilder();
        text.append(machine.processor()).append(", ").append(machine.processors());
        text.append(" processors; ").append(machine.system()).append("; ").append(machine.jvm());
        text.append("; ").append(machine.date());
        text.append("; ").append(report.caches().text()).append(" caches\n");
        if (report.shrink() > 1) {
            text.append("Each spatial axis divided by ").append(report.shrink()).append(".\n");
        }
        Table table =
                Table.of(
                        3,
                        "",
                        "loss",
                        "by",
                        "threads",
                        "calls",
                        "ms",
                        "fastest",
                        "first",
                        "ns/logit",
                        "of limit",
                        "x hand",
                        "x reference",
                        "bytes/call");
        for (BenchReport.Row row : report.rows()) {
            table.row(
                    row.workload().name(),
                    row.workload().title(),
                    row.contender(),
                    Integer.toString(row.threads()),
                    Integer.toString(row.calls()),
                    number(row.millis()),
                    number(row.fastestMillis()),
                    number(row.firstMillis()),
                    number(row.nanosPerLogit()),
                    number(row.bandwidthFraction()),
                    number(row.timesByHand()),
                    number(row.timesReference()),
                    Double.isNaN(row.allocatedBytes())
                            ? Numbers.UNDEFINED
                            : String.format(Locale.ROOT, "%.0f", row.allocatedBytes()));
        }
        text.append('\n').append(table);
        if (!report.bandwidths().isEmpty()) {
            Table probes = Table.of(2, "", "memory", "threads", "calls", "GB/s");
            for (BenchReport.Bandwidth probe : report.bandwidths()) {
                probes.row(
                        probe.workload().name(),
                        probe.kind(),
                        Integer.toString(probe.threads()),
                        Integer.toString(probe.calls()),
                        Numbers.oneDigit(probe.gigabytesPerSecond()));
            }
            text.append('\n').append(probes);
        }
        report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    /** {@return three digits or more; NaN stands for undefined} */
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return Numbers.UNDEFINED;
        }
        String format = value < 10 ? "%.3f" : value < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }

    private ObjectNode tree(BenchReport report) {
        ObjectNode tree = Json.result("bench");
        List<String> words = spec.root().commandLine().getParseResult().originalArgs();
        tree.put("commandLine", "segloss " + String.join(" ", words));
        Machine machine = report.machine();
        ObjectNode device = tree.putObject("device");
        device.put("processor", machine.processor());
        device.put("processors", machine.processors());
        device.put("system", machine.system());
        tree.put("jvm", machine.jvm());
        tree.set("jvmOptions", Json.texts(machine.jvmOptions()));
        tree.put("date", machine.date().toString());
        tree.put("protocol", report.isQuick() ? "quick" : "jmh");
        tree.put("caches", report.caches().text());
        tree.put("shrink", report.shrink());
        ArrayNode rows = tree.putArray("results");
        for (BenchReport.Row row : report.rows()) {
            ObjectNode entry = rows.addObject();
            entry.put("workload", row.workload().name());
            entry.put("title", row.workload().title());
            entry.put("shape", row.workload().shape(report.shrink()).toString());
            entry.put("by", row.contender());
            entry.put("threads", row.threads());
            entry.put("calls", row.calls());
            entry.set("medianMs", Json.number(row.millis()));
            entry.set("fastestMs", Json.number(row.fastestMillis()));
            entry.set("firstMs", Json.number(row.firstMillis()));
            entry.set("nsPerLogit", Json.number(row.nanosPerLogit()));
            entry.set("bandwidthFraction", Json.number(row.bandwidthFraction()));
            entry.set("timesByHand", Json.number(row.timesByHand()));
            entry.set("timesReference", Json.number(row.timesReference()));
            entry.set("allocatedBytes", Json.number(row.allocatedBytes()));
        }
        ArrayNode probes = tree.putArray("bandwidths");
        for (BenchReport.Bandwidth probe : report.bandwidths()) {
            ObjectNode entry = probes.addObject();
            entry.put("workload", probe.workload().name());
            entry.put("kind", probe.kind());
            entry.put("threads", probe.threads());
            entry.put("calls", probe.calls());
            entry.set("gigabytesPerSecond", Json.number(probe.gigabytesPerSecond()));
        }
        tree.set("notes", Json.texts(report.notes()));
        return tree;
    }
}
