package io.github.segloss.benchmarks.gpu;

import io.github.segloss.benchmarks.Workload;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** PyTorch at the same workloads: a script of our own, run by the Python that is there. */
final class TorchPeer {
    private final String python;
    private final List<String> notes = new ArrayList<>();
    private final List<GpuReport.Peer> peers = new ArrayList<>();

    TorchPeer(String python) {
        this.python = python;
    }

    List<String> notes() {
        return notes;
    }

    List<GpuReport.Peer> peers() {
        return peers;
    }

    /** Measures what a report has rows of; where there is no PyTorch with a GPU a note says so. */
    void measure(List<GpuReport.Row> rows, int device, double seconds) {
        try {
            Path script = Files.createTempFile("torch_peer", ".py");
            try {
                Files.write(script, script());
                run(script, rows, device, seconds);
            } finally {
                Files.deleteIfExists(script);
            }
        } catch (IOException e) {
            notes.add("PyTorch was not measured: " + python + " does not start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            notes.add("PyTorch was not measured: interrupted");
        }
    }

    private static byte[] script() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(TorchPeer.class.getResourceAsStream("torch_peer.py"))) {
            return in.readAllBytes();
        }
    }

    private void run(Path script, List<GpuReport.Row> rows, int device, double seconds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(python, script.toString(), "" + device, "" + seconds));
        for (GpuReport.Row row : rows) {
            command.add(row.workload() + ":" + row.type() + ":" + sizes(row.shape()));
        }
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        out.lines().forEach(this::read);
        if (code != 0) {
            notes.add("PyTorch was not measured to the end: " + python + " ended with " + code);
        }
    }

    private static String sizes(Shape shape) {
        return String.join(
                "x",
                Arrays.stream(shape.toArray()).mapToObj(Long::toString).toArray(String[]::new));
    }

    /** A line is {@code WORKLOAD TYPE how millis}, or {@code note text}. */
    void read(String line) {
        if (line.startsWith("note ")) {
            notes.add(line.substring(5));
            return;
        }
        String[] words = line.strip().split("\\s+");
        if (words.length == 4) {
            peers.add(
                    new GpuReport.Peer(
                            Workload.of(words[0]),
                            DType.valueOf(words[1]),
                            words[2],
                            Double.parseDouble(words[3])));
        }
    }
}
