package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The size and kind of a PNG, known once every chunk of the file was found whole: ImageIO takes memory for what a chunk claims, and does not look at
 * checksums.
 *
 * @param width columns
 * @param height rows
 * @param depth bits a sample: 1, 2, 4, 8 or 16
 * @param colour 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param hasTransparency whether there is a tRNS chunk, which gives the colours of a palette an alpha
 */
record PngHeader(long width, long height, int depth, int colour, boolean hasTransparency) {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CHUNK_BYTES = 1 << 16;

    /** {@return whether a file that starts with these bytes is a PNG} */
    static boolean isStart(byte[] start) {
        return start.length >= 8 && Arrays.equals(start, 0, 8, SIGNATURE, 0, 8);
    }

    /**
     * {@return the header of a file, all of whose chunks were checked}
     *
     * @param bytes the file, at its first byte
     * @throws ImageFormatException if it is no PNG, cut off, or an essential chunk's checksum is wrong
     */
    static PngHeader parse(FileBytes bytes) {
        return new Parser(bytes).parse();
    }

    /** {@return the channels of the tensor} */
    int channels() {
        return switch (colour) {
            case 0 -> 1;
            case 4 -> 2;
            case 2 -> 3;
            case 3 -> hasTransparency ? 4 : 3;
            default -> 4;
        };
    }

    /** {@return the bytes of a row before compression, with the byte that names its filter} */
    long rowBytes() {
        int samples = colour == 3 ? 1 : channels();
        return 1 + (width * samples * depth + 7) / 8;
    }

    private static final class Parser {
        private final FileBytes bytes;
        private final byte[] block = new byte[CHUNK_BYTES];
        private final CRC32 checksum = new CRC32();

        Parser(FileBytes bytes) {
            this.bytes = bytes;
        }

        PngHeader parse() {
            ByteBuffer signature = take(8, "PNG signature");
            if (!isStart(Arrays.copyOf(signature.array(), 8))) {
                throw problem("it does not start with the signature of PNG");
            }
            PngHeader header = header();
            boolean hasPalette = false;
            boolean hasData = false;
            boolean hasTransparency = false;
            String type = "IHDR";
            while (!type.equals("IEND")) {
                ByteBuffer start = take(8, "start of a PNG chunk");
                long length = Integer.toUnsignedLong(start.getInt(0));
                type = new String(start.array(), 4, 4, StandardCharsets.ISO_8859_1);
                checksum.reset();
                checksum.update(start.array(), 4, 4);
                skip(length, type);
                requireChecksum(type);
                hasPalette |= type.equals("PLTE");
                hasData |= type.equals("IDAT");
                hasTransparency |= type.equals("tRNS");
            }
            if (!hasData) {
                throw problem("it has no IDAT chunk and hence no pixels");
            }
            if (header.colour == 3 && !hasPalette) {
                throw problem("its colours come from a palette, but it has no PLTE chunk");
            }
            return new PngHeader(
                    header.width, header.height, header.depth, header.colour, hasTransparency);
        }

        private PngHeader header() {
            ByteBuffer chunk = take(8 + 13, "IHDR chunk");
            if (chunk.getInt(0) != 13 || chunk.getInt(4) != 0x49484452) {
                throw problem("its first chunk is no IHDR chunk of 13 bytes");
            }
            long width = Integer.toUnsignedLong(chunk.getInt(8));
            long height = Integer.toUnsignedLong(chunk.getInt(12));
            int depth = chunk.get(16);
            int colour = chunk.get(17);
            checksum.reset();
            checksum.update(chunk.array(), 4, 17);
            requireChecksum("IHDR");
            if (width < 1
                    || height < 1
                    || width > Integer.MAX_VALUE
                    || height > Integer.MAX_VALUE) {
                throw problem(
                        "its size is "
                                + width
                                + " x "
                                + height
                                + "; both must be 1 to "
                                + Integer.MAX_VALUE);
            }
            boolean isAllowed =
                    switch (colour) {
                        case 0 ->
                                depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
                        case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
                        case 2, 4, 6 -> depth == 8 || depth == 16;
                        default -> false;
                    };
            if (!isAllowed) {
                throw problem(
                        "its colour type is "
                                + colour
                                + " with "
                                + depth
                                + " bits; allowed are 0 (1 to 16 bits), 3 (1 to 8 bits), and 2, 4 and 6 (8 or 16 bits)");
            }
            return new PngHeader(width, height, depth, colour, false);
        }

        private void skip(long length, String type) {
            if (length > bytes.fileSize() - bytes.position()) {
                throw problem(
                        "its "
                                + printable(type)
                                + " chunk at byte "
                                + (bytes.position() - 8)
                                + " claims "
                                + length
                                + " bytes, but the file ends after "
                                + (bytes.fileSize() - bytes.position()));
            }
            for (long left = length; left > 0; ) {
                int count = (int) Math.min(left, block.length);
                bytes.fill(ByteBuffer.wrap(block, 0, count), "PNG chunk");
                checksum.update(block, 0, count);
                left -= count;
            }
        }

        // As libpng does: a wrong checksum is an error where the chunk is essential, which its
        // capital letter says.
        private void requireChecksum(String type) {
            int stored = take(4, "checksum of a PNG chunk").getInt(0);
            if (stored != (int) checksum.getValue() && Character.isUpperCase(type.charAt(0))) {
                throw problem(
                        "the checksum of its "
                                + printable(type)
                                + " chunk is wrong: the file is damaged");
            }
        }

        private ByteBuffer take(int count, String part) {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            bytes.fill(buffer, part);
            return buffer;
        }

        private static String printable(String type) {
            return type.chars().allMatch(c -> c > 32 && c < 127) ? type : "unnamed";
        }

        private ImageFormatException problem(String problem) {
            return ImageFormatException.reading(bytes.file(), problem);
        }
    }
}
