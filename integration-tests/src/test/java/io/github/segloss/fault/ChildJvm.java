package io.github.segloss.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a class of these tests in a JVM of its own, with options of its own. */
final class ChildJvm {
    private ChildJvm() {}

    /**
     * How it ended.
     *
     * @param exit the exit status
     * @param output what it printed
     */
    record Outcome(int exit, String output) {}

    static Outcome run(Class<?> main, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--add-modules=jdk.incubator.vector");
        command.add("-XX:-CreateCoredumpOnCrash");
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("segloss-child", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(
                    Integer.getInteger("segloss.child.minutes", 60), TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                return new Outcome(-1, "it hangs; so far: " + Files.readString(output));
            }
            return new Outcome(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
