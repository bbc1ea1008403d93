package io.github.segloss.benchmarks.gpu;

import io.github.segloss.benchmarks.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as a table for people and as JSON. */
final class GpuText {
    private GpuText() {}

    static String table(GpuReport report) {
        StringBuilder text = new StringBuilder();
        text.append(report.device()).append(", ").append(report.details()).append("\n\n");
        line(
                text,
                "",
                "loss",
                "type",
                "logits",
                "ms",
                "of limit",
                "copy GB/s",
                "x eager",
                "x compile",
                "value error",
                "gradient error");
        for (GpuReport.Row row : report.rows()) {
            line(
                    text,
                    row.workload().name(),
                    row.workload().title(),
                    row.type().name().toLowerCase(Locale.ROOT),
                    row.shape().toString(),
                    number(row.millis(), "%.4f"),
                    number(row.ofLimit(), "%.3f"),
                    number(row.copyGigabytesPerSecond(), "%.0f"),
                    number(report.timesPeer(row, "eager"), "%.2f"),
                    number(report.timesPeer(row, "compile"), "%.2f"),
                    number(row.valueError(), "%.1e"),
                    number(row.gradientError(), "%.1e"));
        }
        text.append('\n');
        for (GpuReport.Overhead small : report.overheads()) {
            text.append(small.workload())
                    .append(" at ")
                    .append(small.shape())
                    .append(": ")
                    .append(number(small.queueMicros(), "%.1f"))
                    .append(" us until the call returns, ")
                    .append(number(small.roundTripMicros(), "%.1f"))
                    .append(" us until the value is there\n");
        }
        report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    private static void line(StringBuilder text, String... cells) {
        int[] widths = {6, 26, 8, 22, 9, 8, 9, 7, 9, 11, 14};
        for (int k = 0; k < cells.length; k++) {
            text.append(String.format(Locale.ROOT, "%-" + widths[k] + "s ", cells[k]));
        }
        text.append('\n');
    }

    private static String number(double value, String format) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    // ---- JSON

    static String json(GpuReport report, GpuRequest request, Machine machine) {
        List<String> fields = new ArrayList<>();
        fields.add(field("device", quoted(report.device())));
        fields.add(field("details", quoted(report.details())));
        fields.add(field("processor", quoted(machine.processor())));
        fields.add(field("system", quoted(machine.system())));
        fields.add(field("jvm", quoted(machine.jvm())));
        fields.add(field("date", quoted(machine.date().toString())));
        fields.add(field("leastLogitBytes", Long.toString(request.bytes())));
        fields.add(field("shrink", Integer.toString(request.shrink())));
        fields.add(
                field(
                        "results",
                        list(
                                report.rows().stream()
                                        .map(row ->
                                                object(
                                                        field(
                                                                "workload",
                                                                quoted(row.workload().name())),
                                                        field(
                                                                "title",
                                                                quoted(row.workload().title())),
                                                        field("type", quoted(row.type().name())),
                                                        field("shape", row.shape().toString()),
                                                        field(
                                                                "rounds",
                                                                Integer.toString(row.rounds())),
                                                        field("medianMs", number(row.millis())),
                                                        field("copyMs", number(row.copyMillis())),
                                                        field("limitMs", number(row.limitMillis())),
                                                        field(
                                                                "valueError",
                                                                number(row.valueError())),
                                                        field(
                                                                "gradientError",
                                                                number(row.gradientError()))))
                                        .toList())));
        fields.add(
                field(
                        "overheads",
                        list(
                                report.overheads().stream()
                                        .map(small ->
                                                object(
                                                        field(
                                                                "workload",
                                                                quoted(small.workload().name())),
                                                        field("shape", small.shape().toString()),
                                                        field(
                                                                "queueMicros",
                                                                number(small.queueMicros())),
                                                        field(
                                                                "roundTripMicros",
                                                                number(small.roundTripMicros()))))
                                        .toList())));
        fields.add(
                field(
                        "pytorch",
                        list(
                                report.peers().stream()
                                        .map(peer ->
                                                object(
                                                        field(
                                                                "workload",
                                                                quoted(peer.workload().name())),
                                                        field("type", quoted(peer.type().name())),
                                                        field("how", quoted(peer.how())),
                                                        field("medianMs", number(peer.millis()))))
                                        .toList())));
        fields.add(field("notes", list(report.notes().stream().map(GpuText::quoted).toList())));
        return object(fields.toArray(String[]::new)) + "\n";
    }

    private static String field(String name, String value) {
        return quoted(name) + ": " + value;
    }

    private static String object(String... fields) {
        return "{" + String.join(", ", fields) + "}";
    }

    private static String list(List<String> values) {
        return values.stream().collect(Collectors.joining(",\n  ", "[", "]"));
    }

    /** JSON has no NaN. */
    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
