package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import java.nio.file.Path;
import java.util.Arrays;

/** The most memory that one image may take, and the checks of what headers claim against it. */
final class MemoryLimit {
    static final String PROPERTY = "segloss.images.maxBytes";
    private static final long DEFAULT_BYTES = 16L << 30;

    private MemoryLimit() {}

    /**
     * {@return the number of elements of an array that a header claims, once it is known to be within the limit}
     *
     * @param file the file, for messages
     * @param sizes the sizes claimed, each at least 1
     * @param dtype the type the array would have in memory
     * @throws ImageFormatException if the array would take more than the limit
     */
    static long elements(Path file, long[] sizes, DType dtype) {
        long limit = bytes(file);
        long elements = 1;
        for (long size : sizes) {
            if (elements > limit / dtype.bytes() / size) {
                throw ImageFormatException.reading(
                        file,
                        "the header claims an array of shape "
                                + Arrays.toString(sizes)
                                + ", which as "
                                + dtype
                                + " takes more than the "
                                + limit
                                + " bytes allowed by -D"
                                + PROPERTY);
            }
            elements *= size;
        }
        return elements;
    }

    private static long bytes(Path file) {
        String setting = System.getProperty(PROPERTY);
        if (setting == null) {
            return DEFAULT_BYTES;
        }
        try {
            long bytes = Long.parseLong(setting.strip());
            if (bytes > 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            throw new ImageFormatException(unusable(file, setting), e);
        }
        throw new ImageFormatException(unusable(file, setting));
    }

    private static String unusable(Path file, String setting) {
        return "cannot read '"
                + file
                + "': -D"
                + PROPERTY
                + " is '"
                + setting
                + "'; it must be a whole number of bytes above 0";
    }
}
