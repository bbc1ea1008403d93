package io.github.segloss.images;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The bytes of a file from its first to its last, inflated where the file is gzip. Every failure is an {@link ImageFormatException}. */
final class FileBytes implements Closeable {
    /** Deflate spends at least 2 bits on a run, and a run has at most 258 bytes. */
    static final long DEFLATE_RATIO = 1032;

    private static final int GZIP_BUFFER = 1 << 16;
    private static final int TRAILER_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long fileSize;
    private @Nullable InputStream inflated;
    private long position;

    private FileBytes(Path file, FileChannel channel, long fileSize) {
        this.file = file;
        this.channel = channel;
        this.fileSize = fileSize;
    }

    /**
     * {@return the bytes of a file, inflated if its first two bytes are gzip's}
     *
     * @param file the file, which must be a regular one
     * @throws ImageFormatException if it is missing, not readable, empty or not a regular file
     */
    static FileBytes open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw ImageFormatException.reading(file, "it is a directory; a file is needed");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A pipe or a device could block for ever or never end.
                throw ImageFormatException.reading(
                        file, "it is neither a regular file nor a link to one");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            FileBytes bytes = new FileBytes(file, channel, channel.size());
            try {
                bytes.start();
                return bytes;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw ImageFormatException.reading(file, e);
        }
    }

    private void start() throws IOException {
        if (fileSize == 0) {
            throw ImageFormatException.reading(file, "it is empty");
        }
        ByteBuffer first = ByteBuffer.allocate(2);
        channel.read(first, 0);
        if (first.get(0) == (byte) 0x1F && first.get(1) == (byte) 0x8B) {
            inflated = new GZIPInputStream(Channels.newInputStream(channel), GZIP_BUFFER);
        }
    }

    /** {@return the file} */
    Path file() {
        return file;
    }

    /** {@return the size of the file itself} */
    long fileSize() {
        return fileSize;
    }

    /** {@return whether the file is gzip} */
    boolean isCompressed() {
        return inflated != null;
    }

    /** {@return how many bytes were passed so far} */
    long position() {
        return position;
    }

    /** {@return a buffer that this file is read into without a detour: off the heap for the kernel, on it for the inflater} */
    MemorySegment chunk(Arena arena, int bytes) {
        return isCompressed() ? MemorySegment.ofArray(new byte[bytes]) : arena.allocate(bytes, 64);
    }

    /**
     * Checks, before memory is taken for it, that the file can contain what its header claims: a plain file by its size, a gzip file by how far
     * deflate can shrink.
     *
     * @param start where the elements start
     * @param elements how many there are
     * @param elementBytes the size of each
     * @throws ImageFormatException if the file is too small
     */
    void requireRoom(long start, long elements, int elementBytes) {
        long most = isCompressed() ? saturatedProduct(fileSize, DEFLATE_RATIO) : fileSize;
        if (start > most || elements > (most - start) / elementBytes) {
            throw ImageFormatException.reading(
                    file,
                    "the header claims "
                            + elements
                            + " elements of "
                            + elementBytes
                            + " bytes from byte "
                            + start
                            + " on, but the file has "
                            + fileSize
                            + " bytes"
                            + (isCompressed() ? ", from which gzip inflates at most " + most : ""));
        }
    }

    /** {@return the product, or the largest long where it does not fit} */
    static long saturatedProduct(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    /**
     * Reads until the buffer is full.
     *
     * @param buffer the buffer, to be filled from its position to its limit
     * @param part what is being read, for the message: "header"
     * @throws ImageFormatException if the file ends before
     */
    void fill(ByteBuffer buffer, String part) {
        try {
            while (buffer.hasRemaining()) {
                int count = read(buffer);
                if (count < 0) {
                    throw ImageFormatException.reading(
                            file,
                            "it ends after "
                                    + position
                                    + " bytes, within the "
                                    + part
                                    + ", of which "
                                    + buffer.remaining()
                                    + " bytes or more are missing");
                }
                position += count;
            }
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private int read(ByteBuffer buffer) throws IOException {
        if (inflated == null) {
            return channel.read(buffer, position);
        }
        int count =
                inflated.read(
                        buffer.array(),
                        buffer.arrayOffset() + buffer.position(),
                        buffer.remaining());
        if (count > 0) {
            buffer.position(buffer.position() + count);
        }
        return count;
    }

    /** Goes to a position, which in a gzip file is not before the current one; inflates what lies between. */
    void skipTo(long target, String part) {
        if (inflated == null) {
            position = target;
            return;
        }
        byte[] waste = new byte[GZIP_BUFFER];
        while (position < target) {
            fill(ByteBuffer.wrap(waste, 0, (int) Math.min(waste.length, target - position)), part);
        }
    }

    /**
     * Reads on to the end of a gzip file, which verifies its checksum. What follows the elements is not wanted, so this gives up after a little: a
     * bomb behind a small image costs nothing.
     *
     * @throws ImageFormatException if the checksum is wrong or missing
     */
    void verifyChecksum() {
        if (inflated == null) {
            return;
        }
        byte[] waste = new byte[TRAILER_BYTES / 8];
        int left = TRAILER_BYTES;
        try {
            int count = 0;
            while (count >= 0 && left > 0) {
                count = inflated.read(waste, 0, Math.min(waste.length, left));
                left -= Math.max(count, 0);
            }
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private ImageFormatException damaged(IOException e) {
        String kind =
                isCompressed()
                        ? "the gzip stream is damaged or cut off after "
                        : "reading failed after ";
        String detail = e.getMessage() == null ? "unexpected end" : e.getMessage();
        return new ImageFormatException(
                "cannot read '" + file + "': " + kind + position + " bytes (" + detail + ")", e);
    }

    @Override
    public void close() {
        try {
            if (inflated != null) {
                inflated.close();
            }
            channel.close();
        } catch (IOException e) {
            throw ImageFormatException.reading(file, e);
        }
    }
}
