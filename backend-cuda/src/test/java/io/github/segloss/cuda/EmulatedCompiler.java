package io.github.segloss.cuda;

import io.github.segloss.KernelCompilationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles kernel sources, unchanged, for the processor with g++. The image of a module is the path of a library and the prefix of its kernels. Libraries are
 * kept under {@code target/emulation} by the hash of everything that they depend on.
 */
final class EmulatedCompiler implements KernelCompiler {
    private static final Pattern KERNEL =
            Pattern.compile("^SEGLOSS_KERNEL\\((\\w+)\\)", Pattern.MULTILINE);
    private static final List<String> FLAGS =
            List.of(
                    "-std=c++17",
                    "-O1",
                    "-fPIC",
                    "-shared",
                    "-w",
                    "-fno-strict-aliasing",
                    "-ffp-contract=off");

    private final Path folder;
    private final List<String> flags = new ArrayList<>(FLAGS);
    private final String header;
    private final String runtime;

    EmulatedCompiler() {
        this(Path.of("target", "emulation"), List.of());
    }

    EmulatedCompiler(Path folder, List<String> moreFlags) {
        this.folder = folder.toAbsolutePath();
        this.flags.addAll(moreFlags);
        this.header = resource("emulation.h");
        this.runtime = resource("emulation.cpp");
    }

    /** Why there can be no emulation on this machine; empty if there can. */
    static String missing() {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return "the emulation of the device needs a POSIX system";
        }
        try {
            Process process =
                    new ProcessBuilder("g++", "--version").redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0 ? "" : "g++ does not start";
        } catch (IOException e) {
            return "g++, which compiles kernels for the emulated device, is not on the PATH";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Override
    public String identity() {
        return "g++ " + flags + header + runtime;
    }

    @Override
    public byte[] compile(String source) {
        compileAll(List.of(source));
        return read(indexOf(source)).getBytes(StandardCharsets.UTF_8);
    }

    /** The library with the fibers, which every library of kernels is linked against. */
    Path runtimeLibrary() {
        Path library = folder.resolve("runtime-" + hash(identity()) + ".so");
        if (!Files.exists(library)) {
            write(folder.resolve("emulation.cpp"), runtime);
            build(library, folder.resolve("emulation.cpp"), List.of());
        }
        return library;
    }

    private Path indexOf(String source) {
        return folder.resolve(hash(identity() + source) + ".module");
    }

    /** Compiles what is not there yet, all in one go: the start of the compiler costs more than most kernels. */
    synchronized void compileAll(Collection<String> sources) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (String source : sources) {
            if (!Files.exists(indexOf(source))) {
                missing.put(hash(source), source);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        StringBuilder unit = new StringBuilder("#include \"emulation.h\"\n");
        missing.forEach((hash, source) -> {
            unit.append("namespace k").append(hash).append(" {\n").append(source).append("}\n");
            Matcher kernels = KERNEL.matcher(source);
            while (kernels.find()) {
                unit.append("EMULATED_EXPORT(k")
                        .append(hash)
                        .append(", ")
                        .append(kernels.group(1))
                        .append(")\n");
            }
        });
        write(folder.resolve("emulation.h"), header);
        String name = hash(identity() + unit);
        write(folder.resolve(name + ".cpp"), unit.toString());
        Path library = folder.resolve(name + ".so");
        build(library, folder.resolve(name + ".cpp"), List.of(runtimeLibrary().toString()));
        missing.forEach((hash, source) -> write(indexOf(source), library + "\n" + "k" + hash));
    }

    private void build(Path library, Path source, List<String> more) {
        Path fresh =
                library.resolveSibling(library.getFileName() + "." + ProcessHandle.current().pid());
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(flags);
        command.addAll(List.of("-I", folder.toString(), source.toString(), "-o", fresh.toString()));
        command.addAll(more);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String log =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new KernelCompilationException(source + " does not compile: " + log);
            }
            Files.move(
                    fresh,
                    library,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelCompilationException("interrupted", e);
        }
    }

    static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(EmulatedCompiler.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
