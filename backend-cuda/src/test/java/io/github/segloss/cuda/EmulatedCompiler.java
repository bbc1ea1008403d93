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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compiles kernel sources, unchanged, for the processor with g++. The image of a module is the path of a library and the prefix of its kernels. Libraries are
 * kept under {@code target/emulation} by the hash of everything that they depend on.
 *
 * <p>The start of g++ and the text that all programs share cost as much as most kernels, so sources are compiled many at a time: while one batch is being
 * compiled, what further threads ask for is gathered for the next.
 */
final class EmulatedCompiler implements KernelCompiler {
    private static final Pattern KERNEL =
            Pattern.compile("^SEGLOSS_KERNEL\\((\\w+)\\)", Pattern.MULTILINE);
    private static final Pattern ALIGNED_KERNEL =
            Pattern.compile(
                    "^SEGLOSS_KERNEL\\(\\w+_aligned\\)\\([^)]*\\) \\{\n.*\n}\n", Pattern.MULTILINE);
    private static final Pattern HEAD =
            Pattern.compile("typedef (\\w+) real;\ntypedef ([\\w ]+) ix;\n");
    private static final String PRELUDE = CudaSource.part("prelude.cu");
    private static final String STRUCTURED = CudaSource.part("structured.cu");
    private static final int MOST_TOGETHER = 60;
    private static final List<String> FLAGS =
            List.of(
                    "-std=c++17",
                    "-O0",
                    "-fPIC",
                    "-shared",
                    "-w",
                    "-fno-strict-aliasing",
                    "-ffp-contract=off");

    private final Path folder;
    private final List<String> flags = new ArrayList<>(FLAGS);
    private final boolean hasAligned;
    private final String header;
    private final String runtime;
    private final Map<String, CompletableFuture<byte[]>> images = new HashMap<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());

    EmulatedCompiler() {
        this(Path.of("target", "emulation"), List.of(), true);
    }

    /**
     * Creates a compiler.
     *
     * @param folder where libraries are kept
     * @param moreFlags further flags of g++
     * @param hasAligned whether the variants for aligned rows, half of the text of a pass, are compiled too; without them the others take their place
     */
    EmulatedCompiler(Path folder, List<String> moreFlags, boolean hasAligned) {
        this.folder = folder.toAbsolutePath();
        this.flags.addAll(moreFlags);
        this.hasAligned = hasAligned;
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
        return "g++ " + flags + hasAligned + header + runtime;
    }

    @Override
    public byte[] compile(String source) {
        CompletableFuture<byte[]> image;
        synchronized (this) {
            image = images.get(source);
            if (image == null) {
                image = new CompletableFuture<>();
                images.put(source, image);
                waiting.add(source);
                workers.execute(this::compileWaiting);
            }
        }
        try {
            return image.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof KernelCompilationException refusal ? refusal : e;
        }
    }

    private void compileWaiting() {
        gather();
        List<String> batch;
        synchronized (this) {
            batch = waiting.stream().limit(MOST_TOGETHER).toList();
            batch.forEach(waiting::remove);
        }
        try {
            compileAll(batch);
        } catch (RuntimeException e) {
            // One of them is to blame: each fails for itself below.
        }
        for (String source : batch) {
            CompletableFuture<byte[]> image;
            synchronized (this) {
                image = images.get(source);
            }
            try {
                compileAll(List.of(source));
                image.complete(read(indexOf(source)).getBytes(StandardCharsets.UTF_8));
            } catch (RuntimeException | Error e) {
                image.completeExceptionally(e);
            }
        }
    }

    /** Waits while further sources keep coming, but not long. */
    private void gather() {
        int before = -1;
        for (int round = 0; round < 20; round++) {
            synchronized (this) {
                if (waiting.isEmpty()
                        || waiting.size() >= MOST_TOGETHER
                        || waiting.size() == before) {
                    return;
                }
                before = waiting.size();
            }
            try {
                Thread.sleep(30);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** The library with the fibers, which every library of kernels is linked against. */
    synchronized Path runtimeLibrary() {
        Path library = folder.resolve("runtime-" + hash(identity()) + ".so");
        if (!Files.exists(library)) {
            write(folder.resolve("emulation.h"), header);
            write(folder.resolve("emulation.cpp"), runtime);
            build(library, folder.resolve("emulation.cpp"), List.of("-O1"));
        }
        return library;
    }

    private Path indexOf(String source) {
        return folder.resolve(hash(identity() + source) + ".module");
    }

    /** Compiles what is not there yet, all in one go. */
    void compileAll(Collection<String> sources) {
        Map<String, String> missing = new LinkedHashMap<>();
        for (String source : sources) {
            if (!Files.exists(indexOf(source))) {
                missing.put(hash(source), source);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        Path runtimeLibrary = runtimeLibrary();
        String unit = unit(missing);
        String name = hash(identity() + unit);
        write(folder.resolve(name + ".cpp"), unit);
        Path library = folder.resolve(name + ".so");
        build(library, folder.resolve(name + ".cpp"), List.of(runtimeLibrary.toString()));
        missing.forEach((hash, source) -> write(indexOf(source), library + "\n" + "k" + hash));
    }

    /** Sources as one text, each in a namespace of its own; what programs share stands there once for each pair of types. */
    private String unit(Map<String, String> sources) {
        StringBuilder unit = new StringBuilder("#include \"emulation.h\"\n");
        Set<String> shared = new LinkedHashSet<>();
        sources.forEach((hash, source) -> {
            String text = hasAligned ? source : ALIGNED_KERNEL.matcher(source).replaceAll("");
            String own = text;
            String using = "";
            Matcher head = HEAD.matcher(text);
            if (head.lookingAt() && text.startsWith(PRELUDE, head.end())) {
                String space = "shared_" + head.group(1) + "_" + head.group(2).replace(' ', '_');
                own = text.substring(head.end() + PRELUDE.length());
                own = own.startsWith(STRUCTURED) ? own.substring(STRUCTURED.length()) : own;
                using = "using namespace " + space + ";\n";
                if (shared.add(space)) {
                    unit.append("namespace " + space + " {\n" + head.group())
                            .append(PRELUDE)
                            .append(STRUCTURED)
                            .append("}\n");
                }
            }
            unit.append("namespace k" + hash + " {\n" + using).append(own).append("}\n");
            Matcher kernels = KERNEL.matcher(own);
            while (kernels.find()) {
                unit.append("EMULATED_EXPORT(k" + hash + ", " + kernels.group(1) + ")\n");
            }
        });
        return unit.toString();
    }

    private void build(Path library, Path source, List<String> more) {
        Path fresh = library.resolveSibling(library.getFileName() + unique());
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
            move(fresh, library);
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

    private static String unique() {
        return "." + ProcessHandle.current().pid() + "." + Thread.currentThread().threadId();
    }

    /** Writes in one step, so that no other process or thread sees a part of a file. */
    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling(file.getFileName() + unique());
            Files.writeString(fresh, text);
            move(fresh, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
