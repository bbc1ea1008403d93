package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.fault.ChildJvm.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Neither the heap nor the memory off it grows with the number of evaluations, {@code -Dsegloss.load.evaluations} (3000) on each backend. */
class MemoryGrowthTest {
    private static final String EVALUATIONS =
            System.getProperty("segloss.load.evaluations", "3000");

    static List<String> backends() {
        return Workload.backends();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isFlat(String backend) throws IOException, InterruptedException {
        Workload.open(backend).close(); // skips, with the reason, where there is no such backend
        Outcome outcome =
                ChildJvm.run(
                        MemoryGrowth.class,
                        List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"),
                        backend,
                        EVALUATIONS);
        assertEquals(0, outcome.exit(), outcome.output());
    }
}
