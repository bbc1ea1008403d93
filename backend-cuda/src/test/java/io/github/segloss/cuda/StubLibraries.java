package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Builds libraries that stand for those of CUDA, and starts JVMs that find them before any real ones. */
final class StubLibraries {
    private final Path folder;

    /** Skips the test, with the reason, where there is no g++ or where the presets have no native part. */
    StubLibraries(Path folder) {
        Emulation.require();
        assumeTrue(
                System.getProperty("os.name").equals("Linux") && Toolkit.hasPresets(),
                "the native part of the presets for Linux is not on the class path");
        this.folder = folder;
    }

    /** Builds a library, of no functions if it has no source, whose symbols have the version that the presets ask for. */
    void add(String place, String name, String source, String... options)
            throws IOException, InterruptedException {
        Path to = Files.createDirectories(folder.resolve(place));
        Path file = to.resolve(name + ".cpp");
        if (source.isEmpty()) {
            Files.writeString(file, "");
        } else {
            try (InputStream in =
                    Objects.requireNonNull(StubLibraries.class.getResourceAsStream(source))) {
                Files.write(file, in.readAllBytes());
            }
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "g++",
                                "-std=c++17",
                                "-O1",
                                "-shared",
                                "-fPIC",
                                "-Wl,-soname," + name));
        command.addAll(List.of(options));
        if (!name.startsWith("libcuda.so")) {
            Path versions = to.resolve(name + ".map");
            Files.writeString(versions, name + " { *; };");
            command.add("-Wl,--version-script=" + versions);
        }
        command.addAll(List.of(file.toString(), "-o", to.resolve(name).toString(), "-ldl"));
        outputOf(new ProcessBuilder(command));
    }

    /**
     * Runs a main method in a JVM of its own.
     *
     * @param place where its libraries are
     * @param options of the JVM
     * @return what it printed
     */
    String run(String place, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dsegloss.cuda.cache=off",
                        "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("presets"),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path",
                                System.getProperty("java.class.path"))));
        command.add(main.getName());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_LIBRARY_PATH", folder.resolve(place).toString());
        return outputOf(builder);
    }

    private static String outputOf(ProcessBuilder builder)
            throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log);
        return log;
    }
}
