package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks through the directories of a TIFF file and checks what they claim, before ImageIO takes memory for it: every offset and every count must lie
 * in the file, and the kind of the pages must be one that ImageIO is known to read rightly.
 */
final class TiffDirectory {
    private static final int MOST_PAGES = 1 << 16;
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int STRIP_OFFSETS = 273;
    private static final int SAMPLES = 277;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int SAMPLE_FORMAT = 339;

    private final TiffBytes bytes;

    private TiffDirectory(TiffBytes bytes) {
        this.bytes = bytes;
    }

    /** {@return whether a file that starts with these bytes is a TIFF or a BigTIFF} */
    static boolean isStart(byte[] start) {
        if (start.length < 4) {
            return false;
        }
        boolean isLittle =
                start[0] == 'I'
                        && start[1] == 'I'
                        && (start[2] == 42 || start[2] == 43)
                        && start[3] == 0;
        boolean isBig =
                start[0] == 'M'
                        && start[1] == 'M'
                        && start[2] == 0
                        && (start[3] == 42 || start[3] == 43);
        return isLittle || isBig;
    }

    /**
     * {@return the pages of a file, one at least}
     *
     * @param bytes the file, uncompressed
     * @throws ImageFormatException if a directory is damaged, or a page is of a kind that is not supported
     */
    static List<TiffPage> pages(FileBytes bytes) {
        ByteBuffer start = ByteBuffer.allocate(8);
        bytes.fill(start, "TIFF header");
        if (!isStart(start.array())) {
            throw ImageFormatException.reading(
                    bytes.file(), "it does not start with the magic bytes of TIFF");
        }
        start.order(start.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (start.getShort(2) == 43) {
            throw ImageFormatException.reading(
                    bytes.file(), "it is BigTIFF; TIFF with 32-bit offsets is supported");
        }
        TiffDirectory directory = new TiffDirectory(new TiffBytes(bytes, start.order()));
        return directory.pages(Integer.toUnsignedLong(start.getInt(4)));
    }

    private List<TiffPage> pages(long first) {
        List<TiffPage> pages = new ArrayList<>();
        long next = first;
        do {
            int entries = Short.toUnsignedInt(bytes.take(next, 2, "number of entries").getShort(0));
            ByteBuffer directory =
                    bytes.take(next + 2, 12L * entries + 4, "directory of page " + pages.size());
            pages.add(page(new TiffFields(bytes, directory, next + 2, entries)));
            if (pages.size() > MOST_PAGES) {
                throw bytes.problem(
                        "it has more than " + MOST_PAGES + " pages, which is the number allowed");
            }
            next = Integer.toUnsignedLong(directory.getInt(12 * entries));
        } while (next != 0);
        return pages;
    }

    private TiffPage page(TiffFields fields) {
        long width = fields.number(WIDTH, 0);
        long height = fields.number(HEIGHT, 0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw bytes.problem(
                    "a page is "
                            + width
                            + " x "
                            + height
                            + "; both must be 1 to "
                            + Integer.MAX_VALUE);
        }
        long samples = fields.number(SAMPLES, 1);
        long bits = fields.sameForAll(BITS, samples, 1);
        long format = fields.sameForAll(SAMPLE_FORMAT, samples, 1);
        boolean isPalette = isPalette(fields.number(PHOTOMETRIC, -1), samples, bits, format);
        TiffPage page =
                new TiffPage(
                        width, height, (int) samples, stored(format, bits), (int) bits, isPalette);
        requireSegments(fields, page);
        return page;
    }

    private boolean isPalette(long photometric, long samples, long bits, long format) {
        boolean isGrey = (photometric == 0 || photometric == 1) && samples == 1;
        boolean isRgb =
                photometric == 2
                        && (samples == 3 || samples == 4)
                        && format == 1
                        && (bits == 8 || bits == 16);
        boolean isPalette =
                photometric == 3 && samples == 1 && format == 1 && (bits == 4 || bits == 8);
        if (!isGrey && !isRgb && !isPalette) {
            throw bytes.problem(
                    "a page has photometric interpretation "
                            + photometric
                            + " with "
                            + samples
                            + " samples of "
                            + bits
                            + " bits; supported are grey (0, 1) with 1 sample, RGB (2) with 3 or 4 of 8 or 16 bits, and palettes (3)");
        }
        return isPalette;
    }

    private StoredType stored(long format, long bits) {
        return switch (format + "/" + bits) {
            case "1/1", "1/4", "1/8" -> StoredType.UINT8;
            case "1/16" -> StoredType.UINT16;
            case "1/32" -> StoredType.UINT32;
            case "2/8" -> StoredType.INT8;
            case "2/16" -> StoredType.INT16;
            case "2/32" -> StoredType.INT32;
            case "3/32" -> StoredType.FLOAT32;
            case "3/64" -> StoredType.FLOAT64;
            default ->
                    throw bytes.problem(
                            "a page has samples of format "
                                    + format
                                    + " with "
                                    + bits
                                    + " bits; supported are unsigned (1) of 1, 4, 8, 16, 32, signed (2) of 8, 16, 32 and floating (3) of 32, 64 bits");
        };
    }

    /** Strips and tiles must lie in the file; without compression they must hold the whole page. */
    private void requireSegments(TiffFields fields, TiffPage page) {
        long compression = fields.number(COMPRESSION, 1);
        if (compression != 1
                && compression != 5
                && compression != 8
                && compression != 32773
                && compression != 32946) {
            throw bytes.problem(
                    "a page has compression "
                            + compression
                            + "; supported are none (1), LZW (5), Deflate (8, 32946) and PackBits (32773)");
        }
        boolean isTiled = fields.has(TILE_WIDTH);
        if (isTiled) {
            requireTiles(fields, page);
        }
        long[] offsets = fields.numbers(isTiled ? TILE_OFFSETS : STRIP_OFFSETS);
        long[] sizes = fields.numbers(isTiled ? TILE_BYTES : STRIP_BYTES);
        if (offsets.length != sizes.length || offsets.length < 1) {
            throw bytes.problem(
                    "a page has its pixels at "
                            + offsets.length
                            + " offsets and "
                            + sizes.length
                            + " byte counts; it needs as many of both, one at least");
        }
        long total = 0;
        for (int segment = 0; segment < offsets.length; segment++) {
            if (offsets[segment] < 0
                    || sizes[segment] < 0
                    || offsets[segment] > bytes.fileSize() - sizes[segment]) {
                throw bytes.problem(
                        "pixels of "
                                + sizes[segment]
                                + " bytes at byte "
                                + offsets[segment]
                                + " do not lie in the file, which has "
                                + bytes.fileSize()
                                + " bytes");
            }
            total += sizes[segment];
        }
        if (compression == 1 && total < page.storedBytes()) {
            throw bytes.problem(
                    "a page of "
                            + page.storedBytes()
                            + " bytes has pixels of only "
                            + total
                            + " bytes");
        }
    }

    private void requireTiles(TiffFields fields, TiffPage page) {
        long width = fields.number(TILE_WIDTH, 0);
        long height = fields.number(TILE_HEIGHT, 0);
        // A tile may be larger than its page, but only by what rounding up to a usual size needs.
        if (width < 1
                || height < 1
                || width > page.width() + 1024
                || height > page.height() + 1024) {
            throw bytes.problem(
                    "a page of "
                            + page.width()
                            + " x "
                            + page.height()
                            + " has tiles of "
                            + width
                            + " x "
                            + height
                            + "; allowed are 1 to 1024 more than the page");
        }
    }
}
