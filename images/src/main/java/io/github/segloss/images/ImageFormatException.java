package io.github.segloss.images;

import io.github.segloss.SegLossException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file could not be read or written as an image: it is missing, damaged, lying about its size, or of a kind that is not supported. The message is
 * one sentence that names the file, what was found and what is allowed.
 */
public class ImageFormatException extends SegLossException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one sentence that names the file, what was found and what is allowed
     */
    public ImageFormatException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message one sentence that names the file, what was found and what is allowed
     * @param cause what failed underneath
     */
    public ImageFormatException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@return the failure to read a file, whose content has the given problem} */
    static ImageFormatException reading(Path file, String problem) {
        return new ImageFormatException("cannot read '" + file + "': " + problem);
    }

    /** {@return the failure to read a file, because of a failure underneath} */
    static ImageFormatException reading(Path file, Throwable cause) {
        return new ImageFormatException(
                "cannot read '" + file + "': " + reason(cause, "the content is damaged"), cause);
    }

    /** {@return the failure to write a file, because the image has the given problem} */
    static ImageFormatException writing(Path file, String problem) {
        return new ImageFormatException("cannot write '" + file + "': " + problem);
    }

    /** {@return the failure to write a file, because of a failure underneath} */
    static ImageFormatException writing(Path file, Throwable cause) {
        return new ImageFormatException(
                "cannot write '" + file + "': " + reason(cause, "writing failed"), cause);
    }

    // The JDK's messages are often just a path or nothing at all; a user needs words.
    private static String reason(Throwable cause, String otherwise) {
        return switch (cause) {
            case NoSuchFileException missing -> "'" + missing.getFile() + "' does not exist";
            case AccessDeniedException denied -> "permission denied for '" + denied.getFile() + "'";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            case EOFException _ -> "it ends too early";
            case IOException io when io.getMessage() != null -> io.getMessage();
            case OutOfMemoryError memory ->
                    "out of memory (" + memory.getMessage() + "); a larger heap (-Xmx) may help";
            default -> otherwise + " (" + cause + ")";
        };
    }
}
