package io.github.segloss.images;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes a file so that others see the old content or the whole new content, and nothing in between, whatever fails. */
final class AtomicFile {
    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        /** Writes to a path where no file is yet. */
        void writeTo(Path temporary) throws IOException;
    }

    /**
     * Writes a temporary file beside the target and moves it there.
     *
     * @param target the file to create or to replace
     * @param content writes the content
     * @throws ImageFormatException if that fails; then the target is as it was and the temporary file is gone
     */
    static void write(Path target, Content content) {
        if (Files.isDirectory(target)) {
            throw ImageFormatException.writing(
                    target, "it is a directory; the name of a file is needed");
        }
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw ImageFormatException.writing(
                    target, "there is no folder '" + folder + "'; it must exist");
        }
        // Not Files.createTempFile: that makes files which only their owner can read.
        Path temporary =
                target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            content.writeTo(temporary);
            move(temporary, target);
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw ImageFormatException.writing(target, e);
        } finally {
            discard(temporary);
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The write has its own outcome, which matters more than a left-over.
        }
    }
}
