package io.github.segloss.cli;

import io.github.segloss.SegLossException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Files that appear whole or not at all. */
final class OutputFiles {
    private OutputFiles() {}

    /**
     * Checks that a file could be written.
     *
     * @param what what it is, for the message
     * @throws SegLossException if not
     */
    static void requireWritable(Path file, String what) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new SegLossException(
                    "cannot write " + what + " '" + file + "': it is a folder; name a file");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new SegLossException(
                    "cannot write "
                            + what
                            + " '"
                            + file
                            + "': there is no folder '"
                            + folder
                            + "'; it must exist");
        }
        if (!Files.isWritable(folder)) {
            throw new SegLossException(
                    "cannot write "
                            + what
                            + " '"
                            + file
                            + "': the folder '"
                            + folder
                            + "' is not writable; choose another");
        }
    }

    /**
     * Creates or replaces a file in one step.
     *
     * @param what what it is, for the message
     * @throws SegLossException if that fails; then the file is as it was
     */
    static void replace(Path file, String text, String what) {
        requireWritable(file, what);
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.writeString(part, text);
            move(part, file);
        } catch (IOException e) {
            throw new SegLossException("cannot write " + what + " '" + file + "': " + reason(e), e);
        } finally {
            discard(part);
        }
    }

    /** Moves a file in one step where the file system can. */
    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(
                    from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** {@return what an input or output error says, in words} */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied for '" + denied.getFile() + "'";
            case NoSuchFileException missing -> "'" + missing.getFile() + "' cannot be made";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The write has its own outcome, which matters more than a left-over.
        }
    }
}
