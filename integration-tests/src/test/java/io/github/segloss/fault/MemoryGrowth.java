package io.github.segloss.fault;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates losses many times and prints by how much the memory grew between the second fifth of the calls and the end. Started by {@link MemoryGrowthTest}
 * in a JVM whose heap is resident from the start, so that the resident size of the process grows by what is off the heap only.
 */
final class MemoryGrowth {
    private static final long PAGE = 4096;
    private static final long MIB = 1 << 20;
    private static final long MOST_NANOS = 60_000_000_000L;

    private MemoryGrowth() {}

    private record Call(LossFunction function, LossInputs inputs, double expected) {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String backend = arguments[0];
        long evaluations = Long.parseLong(arguments[1]);
        try (Session session = Workload.open(backend, new BackendOptions(2, 0))) {
            List<Call> calls = new ArrayList<>();
            for (Workload workload : Workload.representatives()) {
                LossFunction function = workload.on(session);
                for (LossInputs inputs :
                        List.of(
                                workload.inputs(DType.FLOAT32, 1, 2, 9),
                                workload.inputs(DType.FLOAT32, 2, 1, 6, 5))) {
                    calls.add(new Call(function, inputs, function.evaluate(inputs).value()));
                }
            }
            settle(calls);
            long heap = 0;
            long resident = 0;
            for (long k = 0; k < evaluations; k++) {
                if (k == 2 * evaluations / 5) {
                    heap = heap();
                    resident = resident();
                }
                Call call = calls.get((int) (k % calls.size()));
                LossResult result = call.function().evaluate(call.inputs());
                if (result.value() != call.expected()) {
                    throw new AssertionError(
                            "evaluation " + k + " of " + call.function().loss().id() + " differs");
                }
            }
            long grownHeap = heap() - heap;
            long grownResident = resident() - resident;
            System.out.println("heap " + grownHeap / 1024 + " KiB");
            System.out.println("resident " + grownResident / 1024 + " KiB");
            if (grownHeap > 4 * MIB || grownResident > 48 * MIB) {
                throw new AssertionError("the memory grew over " + evaluations + " evaluations");
            }
        }
    }

    /** Waits until a backend has made, in the background, what it makes once: under load that may come late, and takes memory. */
    private static void settle(List<Call> calls) throws InterruptedException {
        long deadline = System.nanoTime() + MOST_NANOS;
        while (System.nanoTime() < deadline
                && calls.stream()
                        .map(call -> call.function().explain(call.inputs()).toString())
                        .anyMatch(text -> text.contains("under way"))) {
            Thread.sleep(50);
        }
    }

    /** What is left after a collection: the least of several, for threads in the background may allocate between a collection and the look. */
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            System.gc();
            least =
                    Math.min(
                            least,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** The resident size of this process; 0 where the system does not tell. */
    private static long resident() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        return Files.exists(statm)
                ? Long.parseLong(Files.readString(statm).split(" ")[1]) * PAGE
                : 0;
    }
}
