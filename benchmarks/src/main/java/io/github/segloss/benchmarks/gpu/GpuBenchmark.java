package io.github.segloss.benchmarks.gpu;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.benchmarks.Machine;
import io.github.segloss.benchmarks.Workload;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command of the benchmark on a GPU. */
public final class GpuBenchmark {
    private static final String USAGE =
            """
            usage: gpu.sh [--workload W1,W4,...] [--dtype float32,bfloat16,...] [--megabytes 256] [--seconds 1] [--device 0]
                          [--backend cuda] [--python python3 | none] [--json FILE] [--shrink 1]
            """;

    private final Map<String, String> options = new LinkedHashMap<>();

    private GpuBenchmark(String... args) {
        options.put("--workload", "");
        options.put("--dtype", "float32,bfloat16");
        options.put("--megabytes", "256");
        options.put("--seconds", "1");
        options.put("--device", "0");
        options.put("--backend", "cuda");
        options.put("--python", "python3");
        options.put("--json", "");
        options.put("--shrink", "1");
        for (int k = 0; k < args.length; k += 2) {
            if (!options.containsKey(args[k]) || k + 1 == args.length) {
                throw new InvalidParameterException(
                        "'" + args[k] + "' is no option, or its value is missing\n" + USAGE);
            }
            options.put(args[k], args[k + 1]);
        }
    }

    /**
     * Measures, prints a table and writes a file. Ends with code 2 and one sentence where there is no GPU.
     *
     * @param args the options
     */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /**
     * {@return the exit code: 0, or 2 with a sentence where it cannot be done}
     *
     * @param out gets the table
     * @param err gets progress and errors
     * @param args the options
     */
    public static int run(PrintStream out, PrintStream err, String... args) {
        try {
            new GpuBenchmark(args).run(out, err);
            return 0;
        } catch (BackendUnavailableException e) {
            err.println("The benchmark needs a GPU: " + e.getMessage());
            return 2;
        } catch (SegLossException | IOException e) {
            err.println(e.getMessage());
            return 2;
        }
    }

    private double number(String option) {
        try {
            return Double.parseDouble(options.get(option));
        } catch (NumberFormatException e) {
            throw new InvalidParameterException(
                    option + " is '" + options.get(option) + "'; it must be a number", e);
        }
    }

    private GpuRequest request() {
        String workloads = options.get("--workload");
        return new GpuRequest(
                workloads.isEmpty()
                        ? GpuRequest.WORKLOADS
                        : Arrays.stream(workloads.split(",")).map(Workload::of).toList(),
                Arrays.stream(options.get("--dtype").split(",")).map(GpuBenchmark::type).toList(),
                (long) (number("--megabytes") * 1e6),
                number("--seconds"),
                (int) number("--shrink"));
    }

    private static DType type(String name) {
        try {
            return DType.valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(
                    "there is no element type '"
                            + name
                            + "'; they are "
                            + List.of(DType.values()).toString().toLowerCase(Locale.ROOT),
                    e);
        }
    }

    private void run(PrintStream out, PrintStream err) throws IOException {
        GpuRequest request = request();
        int device = (int) number("--device");
        GpuReport report;
        try (Backend backend =
                Backends.open(options.get("--backend"), new BackendOptions(0, device))) {
            report = GpuRun.measure(backend, request, err::println);
        }
        // After the backend is closed, so that all memory of the device is there again.
        if (!options.get("--python").equals("none")) {
            TorchPeer torch = new TorchPeer(options.get("--python"));
            torch.measure(report.rows(), device, request.seconds());
            report = report.withPeers(torch.peers(), torch.notes());
        }
        out.print(GpuText.table(report));
        Machine machine = Machine.here();
        Path file = file(machine);
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(file, GpuText.json(report, request, machine));
        err.println("written to " + file);
    }

    private Path file(Machine machine) {
        String asked = options.get("--json");
        return asked.isEmpty()
                ? Path.of("gpu-" + machine.date().toString().replaceAll("[^0-9]", "") + ".json")
                : Path.of(asked);
    }
}
