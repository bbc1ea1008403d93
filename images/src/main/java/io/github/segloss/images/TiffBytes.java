package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a TIFF file, in its byte order, from anywhere in it. All that is taken together may not exceed twice the file: honest directories do not
 * overlap, and those that do, or that form a loop, use this budget up instead of all time.
 */
final class TiffBytes {
    private final FileBytes bytes;
    private final ByteOrder order;
    private long budget;

    TiffBytes(FileBytes bytes, ByteOrder order) {
        this.bytes = bytes;
        this.order = order;
        this.budget = 2 * bytes.fileSize(); // a few values are looked at twice
    }

    /** {@return the size of the file} */
    long fileSize() {
        return bytes.fileSize();
    }

    /**
     * {@return some bytes}
     *
     * @param offset where they start
     * @param count how many
     * @param part what they are, for messages
     * @throws ImageFormatException if they are not in the file, or the budget is used up
     */
    ByteBuffer take(long offset, long count, String part) {
        if (offset + count > fileSize()) {
            throw problem(
                    "its "
                            + part
                            + " of "
                            + count
                            + " bytes at byte "
                            + offset
                            + " is beyond the end of the file, which has "
                            + fileSize()
                            + " bytes");
        }
        budget -= count;
        if (budget < 0 || count > Integer.MAX_VALUE - 16) {
            throw problem(
                    "its directories overlap or form a loop: together they take more than twice the "
                            + fileSize()
                            + " bytes of the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) count).order(order);
        bytes.skipTo(offset, part);
        bytes.fill(buffer, part);
        return buffer;
    }

    /** {@return the failure to read this file, which has the given problem} */
    ImageFormatException problem(String problem) {
        return ImageFormatException.reading(bytes.file(), problem);
    }
}
