package io.github.segloss.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.benchmarks.BenchReport.Row;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTest {
    private static final int SWEEP = 1 << 20;

    private static BenchRequest request(Workload... workloads) {
        return new BenchRequest(
                List.of(workloads), List.of("scalar"), List.of(1, 2), Caches.COLD, 32);
    }

    @Test
    void quickMeasuresEveryContenderOfEveryWorkload() {
        BenchRequest all = request(Workload.W2, Workload.W6, Workload.W8, Workload.W9);
        BenchReport report = QuickRun.measure(all, 600, 3, SWEEP);
        for (Workload workload : all.workloads()) {
            List<Row> rows = report.rows().stream().filter(r -> r.workload() == workload).toList();
            assertEquals(
                    List.of("by hand", "scalar"),
                    rows.stream().map(Row::contender).toList(),
                    report.notes()::toString);
            Row hand = rows.getFirst();
            Row scalar = rows.getLast();
            double logits = workload.shape(32).elements();
            assertEquals(1, hand.timesByHand());
            assertEquals(1, scalar.timesReference());
            assertEquals(hand.millis() / scalar.millis(), scalar.timesByHand(), 1e-9);
            assertEquals(scalar.millis() * 1e6 / logits, scalar.nanosPerLogit(), 1e-6);
            assertTrue(scalar.allocatedBytes() > 0);
            assertTrue(Double.isNaN(scalar.firstMillis()));
            boolean hasLimit = workload != Workload.W8 && workload != Workload.W9;
            assertEquals(hasLimit, scalar.bandwidthFraction() > 0, workload.name());
            assertEquals(
                    hasLimit ? 6 : 0,
                    report.bandwidths().stream().filter(b -> b.workload() == workload).count());
        }
        assertTrue(report.bandwidths().stream().allMatch(b -> b.gigabytesPerSecond() > 0));
        assertTrue(report.machine().processors() > 0);
    }

    @Test
    void quickKeepsItsTime() {
        long start = System.nanoTime();
        QuickRun.measure(request(Workload.W2, Workload.W9), 1, 1000, SWEEP);
        assertTrue(System.nanoTime() - start < 20e9); // 1 s, and what a busy machine adds
    }

    @Test
    void jmhMeasuresInAnotherJvm() {
        JmhRun.Effort little = new JmhRun.Effort(1, 1, 2, 0.01);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        BenchReport report =
                JmhRun.measure(
                        new BenchRequest(
                                List.of(Workload.W8), List.of(), List.of(1), Caches.COLD, 32),
                        little,
                        nowhere);
        Row row = report.rows().getFirst();
        assertEquals("by hand", row.contender());
        assertEquals(2, row.calls());
        assertTrue(row.millis() > 0);
        assertTrue(row.firstMillis() > 0);
        assertTrue(row.allocatedBytes() >= 0);
    }

    @Test
    void whatIsUnknownIsNamed() {
        assertTrue(
                assertThrows(InvalidParameterException.class, () -> Workload.of("W10"))
                        .getMessage()
                        .contains("W6C104"));
        assertThrows(
                InvalidParameterException.class,
                () ->
                        new BenchRequest(
                                List.of(Workload.W1), List.of(), List.of(0), Caches.COLD, 1));
        BenchRequest unknown =
                new BenchRequest(
                        List.of(Workload.W1), List.of("abacus"), List.of(1), Caches.COLD, 32);
        assertThrows(
                BackendUnavailableException.class, () -> QuickRun.measure(unknown, 1, 1000, SWEEP));
    }
}
