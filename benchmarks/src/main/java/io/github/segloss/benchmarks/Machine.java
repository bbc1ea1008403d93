package io.github.segloss.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where and when something was measured.
 *
 * @param processor the name of the processor
 * @param processors how many the JVM may use
 * @param system the operating system and architecture
 * @param jvm the name and version of the JVM
 * @param jvmOptions the options that it was started with
 * @param date when, in UTC
 */
public record Machine(
        String processor,
        int processors,
        String system,
        String jvm,
        List<String> jvmOptions,
        Instant date) {

    /** {@return this machine now} */
    public static Machine here() {
        return new Machine(
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + ", " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                List.copyOf(ManagementFactory.getRuntimeMXBean().getInputArguments()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** Linux tells; elsewhere the architecture has to do. */
    private static String processorName() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
