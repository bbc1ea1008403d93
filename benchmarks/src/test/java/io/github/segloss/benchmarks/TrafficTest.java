package io.github.segloss.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final long BINARY = 8L * 512 * 512;
    private static final long PIXELS = 4L * 512 * 512;

    @Test
    void onePassReadsLogitsAndLabelsAndWritesTheGradient() {
        Traffic traffic = Workload.W1.traffic(1);
        assertEquals(List.of(new Traffic.Pass(5 * BINARY, 4 * BINARY)), traffic.passes());
        assertTrue(traffic.isComplete());
    }

    @Test
    void twoPassesReadTwiceAndWriteOnce() {
        assertEquals(
                List.of(
                        new Traffic.Pass(17 * PIXELS, 0),
                        new Traffic.Pass(17 * PIXELS, 16 * PIXELS)),
                Workload.W6.traffic(1).passes());
    }

    @Test
    void sortsAndDistanceTransformsHaveNoLimit() {
        assertFalse(Workload.W8.traffic(1).isComplete());
        assertFalse(Workload.W9.traffic(1).isComplete());
    }

    @Test
    void readingPassesAreTakenAtTheBandwidthOfReading() {
        Traffic traffic =
                new Traffic(List.of(new Traffic.Pass(100, 0), new Traffic.Pass(60, 40)), true);
        assertEquals(100 / 20.0 + 100 / 10.0, traffic.limitNanos(20, 10), 1e-12);
    }
}
