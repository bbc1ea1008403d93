package io.github.segloss.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the libraries of the CUDA toolkit are. It touches no class of the presets. */
final class Toolkit {
    /** The major version of CUDA that the presets on the class path are made for. */
    static final int MAJOR = presetsMajor();

    private static final boolean IS_WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private Toolkit() {}

    /** The presets for CUDA 12 have a class that those for 13 no longer have. */
    private static int presetsMajor() {
        ClassLoader loader = Toolkit.class.getClassLoader();
        return loader.getResource("org/bytedeco/cuda/cudart/cudaLaunchParams.class") != null
                ? 12
                : 13;
    }

    /** This platform as the presets name it. */
    static String platform() {
        String os = IS_WINDOWS ? "windows" : System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        return os
                + "-"
                + (arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm64" : arch);
    }

    /** Whether the class path has a file of the presets for this platform. */
    private static boolean isOnClassPath(String file) {
        String path = "org/bytedeco/cuda/" + platform() + "/" + file;
        return Toolkit.class.getClassLoader().getResource(path) != null;
    }

    /** Whether the native part of the presets is there. */
    static boolean hasPresets() {
        return isOnClassPath(System.mapLibraryName("jnicudart"))
                && isOnClassPath(System.mapLibraryName("jninvrtc"));
    }

    /** The folders in which a toolkit keeps its libraries, the most specific first. */
    private static List<Path> folders() {
        List<Path> roots = new ArrayList<>();
        Stream.of(
                        System.getProperty("segloss.cuda.toolkit"),
                        System.getenv("CUDA_PATH"),
                        System.getenv("CUDA_HOME"))
                .filter(root -> root != null && !root.isBlank())
                .forEach(root -> roots.add(Path.of(root)));
        if (!IS_WINDOWS) {
            roots.add(Path.of("/usr/local/cuda"));
            roots.add(Path.of("/usr/local/cuda-" + MAJOR));
        }
        List<Path> folders = new ArrayList<>();
        for (Path root : roots) {
            folders.addAll(
                    List.of(
                            root.resolve("lib64"),
                            root.resolve("lib"),
                            root.resolve("bin"),
                            root.resolve("bin/x64"),
                            root));
        }
        return folders;
    }

    /** The folders of the system, with far too many files to list. */
    private static List<Path> systemFolders() {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return IS_WINDOWS
                ? List.of()
                : List.of(Path.of("/usr/lib/" + machine + "-linux-gnu"), Path.of("/usr/lib64"));
    }

    /** A library by the beginning of its file name; among the libraries of the system, by its whole name. */
    static Optional<Path> find(String prefix) {
        for (Path folder : folders()) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*")) {
                for (Path file : files) {
                    return Optional.of(file.toAbsolutePath());
                }
            } catch (IOException e) {
                // A folder that cannot be listed holds nothing for us.
                continue;
            }
        }
        return systemFolders().stream()
                .map(folder -> folder.resolve(prefix))
                .filter(Files::exists)
                .findFirst();
    }

    /** Whether a library is there: in a toolkit, in the archive {@code cuda-redist} of the presets, or where the system looks. */
    @SuppressWarnings("restricted")
    static boolean isThere(String prefix) {
        if (find(prefix).isPresent() || isOnClassPath(prefix)) {
            return true;
        }
        try {
            SymbolLookup.libraryLookup(prefix, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String nvrtcPrefix() {
        return IS_WINDOWS ? "nvrtc64_" + MAJOR : "libnvrtc.so." + MAJOR;
    }

    static String runtimePrefix() {
        return IS_WINDOWS ? "cudart64_" + MAJOR : "libcudart.so." + MAJOR;
    }

    private static String builtinsPrefix() {
        return IS_WINDOWS ? "nvrtc-builtins64_" + MAJOR : "libnvrtc-builtins.so." + MAJOR;
    }

    /** Loads the libraries by their paths, so that those of another minor version than the presets' are found. */
    @SuppressWarnings("restricted")
    static void load() {
        // Page-locked memory counts as the process's own, for which the presets would otherwise run
        // out too early.
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        for (String prefix : List.of(runtimePrefix(), builtinsPrefix(), nvrtcPrefix())) {
            find(prefix).ifPresent(path -> System.load(path.toString()));
        }
    }
}
