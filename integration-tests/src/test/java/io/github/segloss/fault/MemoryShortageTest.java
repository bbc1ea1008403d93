package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.fault.ChildJvm.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where memory runs out, on the heap or off it, the call fails and the next one works. */
class MemoryShortageTest {
    static List<String> backends() {
        return Workload.backends();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theNextCallWorks(String backend) throws IOException, InterruptedException {
        Workload.open(backend).close(); // skips, with the reason, where there is no such backend
        Outcome outcome =
                ChildJvm.run(
                        MemoryShortage.class,
                        List.of("-Xmx24m", "-XX:MaxDirectMemorySize=32m", "-XX:+UseSerialGC"),
                        backend);
        assertEquals(0, outcome.exit(), outcome.output());
    }
}
