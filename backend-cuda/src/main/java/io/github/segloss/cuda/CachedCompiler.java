package io.github.segloss.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what another compiler made: in memory, and on disk under the hash of the source and of all that the result depends on. A file holds the hash of
 * its own contents; one that is cut off, changed or not ours is ignored and written anew, and a folder that cannot be written to costs nothing but time.
 */
final class CachedCompiler implements KernelCompiler {
    private static final System.Logger LOG = System.getLogger(CachedCompiler.class.getName());
    private static final int DIGEST = 32;

    private final KernelCompiler compiler;
    private final @Nullable Path folder;
    private final Map<String, byte[]> known = new ConcurrentHashMap<>();

    /**
     * Creates a cache.
     *
     * @param compiler what compiles
     * @param folder where files are kept; null for none
     */
    CachedCompiler(KernelCompiler compiler, @Nullable Path folder) {
        this.compiler = compiler;
        this.folder = folder;
    }

    /** The folder that the property names, else the usual one of the user; null if there is to be none. */
    static @Nullable Path defaultFolder() {
        String asked = System.getProperty("segloss.cuda.cache");
        if (asked != null) {
            return asked.equals("off") ? null : Path.of(asked);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache != null && !cache.isBlank()
                        ? Path.of(cache)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return root.resolve("segloss").resolve("cuda");
    }

    @Override
    public String identity() {
        return compiler.identity();
    }

    @Override
    public byte[] compile(String source) {
        String key =
                HexFormat.of()
                        .formatHex(
                                digest(
                                        (identity() + "\n" + source)
                                                .getBytes(StandardCharsets.UTF_8)));
        return known.computeIfAbsent(key, k -> fromDisk(k, source)).clone();
    }

    private byte[] fromDisk(String key, String source) {
        Path file = folder == null ? null : folder.resolve(key + ".cubin");
        byte[] kept = file == null ? null : read(file, key);
        if (kept != null) {
            return kept;
        }
        byte[] image = compiler.compile(source);
        if (file != null) {
            write(file, key, image);
        }
        return image;
    }

    private static byte @Nullable [] read(Path file, String key) {
        try {
            byte[] all = Files.readAllBytes(file);
            byte[] image =
                    all.length < DIGEST ? new byte[0] : Arrays.copyOfRange(all, DIGEST, all.length);
            boolean isWhole =
                    image.length > 0 && Arrays.equals(seal(key, image), Arrays.copyOf(all, DIGEST));
            return isWhole ? image : null;
        } catch (IOException e) {
            return null; // not there, or as good as not there
        }
    }

    private static void write(Path file, String key, byte[] image) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "new", ".cubin");
            byte[] all = Arrays.copyOf(seal(key, image), DIGEST + image.length);
            System.arraycopy(image, 0, all, DIGEST, image.length);
            Files.write(fresh, all);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "a compiled kernel could not be kept at " + file + ": " + e);
        }
    }

    /** What a file begins with: it ties the contents to the name, so that a renamed file is no better than a broken one. */
    private static byte[] seal(String key, byte[] image) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        byte[] both = Arrays.copyOf(name, name.length + image.length);
        System.arraycopy(image, 0, both, name.length, image.length);
        return digest(both);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
