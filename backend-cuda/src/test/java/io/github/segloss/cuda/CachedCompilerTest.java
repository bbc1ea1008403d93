package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of compiled kernels: one compilation for each source and compiler, whatever happens to the files. */
class CachedCompilerTest {
    @TempDir Path folder;

    private static final class Counting implements KernelCompiler {
        private final String identity;
        private int compilations;

        Counting(String identity) {
            this.identity = identity;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public byte[] compile(String source) {
            compilations++;
            return (identity + ":" + source).getBytes(StandardCharsets.UTF_8);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private void compile(Counting compiler, String source) {
        byte[] expected = (compiler.identity() + ":" + source).getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(expected, new CachedCompiler(compiler, folder).compile(source));
    }

    @Test
    void remembersInMemory() {
        Counting compiler = new Counting("a");
        CachedCompiler cached = new CachedCompiler(compiler, null);
        byte[] image = cached.compile("x");
        image[0] = 0; // a caller's copy
        assertArrayEquals("a:x".getBytes(StandardCharsets.UTF_8), cached.compile("x"));
        assertEquals(1, compiler.compilations);
    }

    @Test
    void remembersOnDiskBySourceAndCompiler() throws IOException {
        Counting compiler = new Counting("a");
        compile(compiler, "x");
        compile(compiler, "x");
        assertEquals(1, compiler.compilations);
        compile(compiler, "y");
        assertEquals(2, compiler.compilations);
        Counting other = new Counting("b");
        compile(other, "x");
        assertEquals(1, other.compilations);
        assertEquals(3, files().size());
    }

    @Test
    void ignoresAndRewritesBrokenFiles() throws IOException {
        Counting compiler = new Counting("a");
        compile(compiler, "x");
        Path file = files().getFirst();
        byte[] good = Files.readAllBytes(file);
        byte[] flipped = good.clone();
        flipped[flipped.length - 1] ^= 1;
        int compilations = 1;
        for (byte[] broken :
                List.of(new byte[0], new byte[5], Arrays.copyOf(good, good.length - 1), flipped)) {
            Files.write(file, broken);
            compile(compiler, "x");
            assertEquals(++compilations, compiler.compilations);
            assertArrayEquals(good, Files.readAllBytes(file));
        }
    }

    @Test
    void ignoresAFileOfAnotherKey() throws IOException {
        Counting compiler = new Counting("a");
        compile(compiler, "x");
        byte[] ofX = Files.readAllBytes(files().getFirst());
        compile(compiler, "y");
        for (Path file : files()) {
            Files.write(file, ofX);
        }
        compile(compiler, "y");
        assertEquals(3, compiler.compilations);
    }

    @Test
    void worksWhereNothingCanBeWritten() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Counting compiler = new Counting("a");
        CachedCompiler cached = new CachedCompiler(compiler, file.resolve("folder"));
        assertArrayEquals("a:x".getBytes(StandardCharsets.UTF_8), cached.compile("x"));
    }
}
