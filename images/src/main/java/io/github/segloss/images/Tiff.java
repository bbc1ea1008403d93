package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.FileImageOutputStream;

/**
 * TIFF, through the JDK's ImageIO: one or more pages of the same size and type, in strips or tiles, uncompressed or with LZW, Deflate or PackBits.
 *
 * <p>One grey page becomes {@code [height, width]}, several become {@code [pages, height, width]} with the pages as a spatial axis; RGB and palettes
 * become {@code [3, height, width]} ({@code [4, ...]} with alpha), several pages {@code [pages, 3, height, width]}. Samples keep their type: unsigned of
 * 1, 4 and 8 bits as UINT8, of 16 as INT32, of 32 as INT64; signed of 8, 16, 32 bits; floating of 32, 64 bits. Grey that counts from white is turned to
 * count from black. The spacing is 1, and the orientation tag is not applied: rows come as they are stored.
 *
 * <p>Written are UINT8, INT16, INT32 (in 16 unsigned bits if all elements fit), FLOAT32 and FLOAT64, with Deflate; FLOAT16 and BFLOAT16 are widened to
 * FLOAT32.
 */
public final class Tiff {
    /** LZW spends 12 bits on a run, and a run has at most 4093 bytes; no supported compression is denser. */
    private static final long MOST_RATIO = 4096;

    private static final long MOST_FILE_BYTES = (1L << 32) - (1 << 24);

    private Tiff() {}

    /**
     * {@return the pages of a TIFF file}
     *
     * @param file the file
     * @throws ImageFormatException if it cannot be read, is damaged or not supported
     */
    public static Image read(Path file) {
        List<TiffPage> pages = pages(file);
        TiffPage page = pages.getFirst();
        DType dtype = page.stored().plain();
        long[] sizes = sizes(page, pages.size());
        long elements = MemoryLimit.elements(file, sizes, dtype);
        Rasters.requireOneArray(file, page.width(), page.height(), page.channels());
        ImageReader reader = Rasters.reader("tiff");
        try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
            reader.setInput(in, false, true);
            Tensor data = Voxels.allocate(file, dtype, elements);
            try {
                for (int i = 0; i < pages.size(); i++) {
                    copyPage(file, reader, i, page, data);
                }
            } catch (IOException | RuntimeException | Error e) {
                data.close();
                throw e;
            }
            int spatial = page.channels() == 1 && pages.size() > 1 ? 3 : 2;
            return new Image(
                    data.reshape(sizes), Image.unitSpacing(spatial), null, file, ImageFormat.TIFF);
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw ImageFormatException.reading(file, e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * Writes an image as a TIFF file, atomically.
     *
     * @param file the file to create or to replace
     * @param image of shape {@code [height, width]}, {@code [pages, height, width]} with three spatial axes, or {@code [channels, height, width]} with
     *     two spatial axes and 1, 3 or 4 channels of UINT8 or of INT32 within 0 to 65535
     * @throws ImageFormatException if the image does not fit the format or the file cannot be written
     */
    public static void write(Path file, Image image) {
        Planes planes = Planes.of(file, image);
        int sampleType = sampleType(file, image.data());
        requireWritable(file, image, planes, sampleType);
        AtomicFile.write(
                file,
                temporary -> {
                    ImageWriter writer = Rasters.writer("tiff");
                    try (FileImageOutputStream out =
                            new FileImageOutputStream(temporary.toFile())) {
                        ImageWriteParam compression = writer.getDefaultWriteParam();
                        compression.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                        compression.setCompressionType("Deflate");
                        writer.setOutput(out);
                        writer.prepareWriteSequence(null);
                        for (long page = 0; page < planes.pages(); page++) {
                            writer.writeToSequence(
                                    new IIOImage(planes.image(page, sampleType), null, null),
                                    compression);
                        }
                        writer.endWriteSequence();
                    } finally {
                        writer.dispose();
                    }
                });
    }

    private static List<TiffPage> pages(Path file) {
        try (FileBytes bytes = FileBytes.open(file)) {
            if (bytes.isCompressed()) {
                throw ImageFormatException.reading(
                        file, "it is gzip; TIFF files are supported as they are");
            }
            List<TiffPage> pages = TiffDirectory.pages(bytes);
            long claimed = 0;
            for (TiffPage page : pages) {
                if (!page.equals(pages.getFirst())) {
                    throw ImageFormatException.reading(
                            file,
                            "its pages differ, "
                                    + page
                                    + " from "
                                    + pages.getFirst()
                                    + "; all must have one size and type");
                }
                long most = FileBytes.saturatedProduct(bytes.fileSize(), MOST_RATIO);
                if (page.storedBytes() > most - claimed) {
                    throw ImageFormatException.reading(
                            file,
                            "its directories claim pages of "
                                    + page.width()
                                    + " x "
                                    + page.height()
                                    + " pixels, but the file has "
                                    + bytes.fileSize()
                                    + " bytes, from which at most "
                                    + most
                                    + " can be decoded");
                }
                claimed += page.storedBytes();
            }
            return pages;
        }
    }

    private static long[] sizes(TiffPage page, int pages) {
        if (page.channels() == 1) {
            return pages == 1
                    ? new long[] {page.height(), page.width()}
                    : new long[] {pages, page.height(), page.width()};
        }
        return pages == 1
                ? new long[] {page.channels(), page.height(), page.width()}
                : new long[] {pages, page.channels(), page.height(), page.width()};
    }

    private static void copyPage(
            Path file, ImageReader reader, int index, TiffPage page, Tensor data)
            throws IOException {
        BufferedImage image = reader.read(index);
        if (image.getWidth() != page.width() || image.getHeight() != page.height()) {
            throw ImageFormatException.reading(
                    file,
                    "its page "
                            + index
                            + " has "
                            + image.getWidth()
                            + " x "
                            + image.getHeight()
                            + " pixels, but its directory claims "
                            + page.width()
                            + " x "
                            + page.height());
        }
        Rasters.copy(
                file,
                image,
                page.channels(),
                page.isPalette(),
                data,
                index * page.channels() * page.height() * page.width());
    }

    private static int sampleType(Path file, Tensor data) {
        return switch (data.dtype()) {
            case UINT8 -> DataBuffer.TYPE_BYTE;
            case INT16 -> DataBuffer.TYPE_SHORT;
            case INT32 ->
                    Rasters.fitsUnsignedShort(data) ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_INT;
            case FLOAT16, BFLOAT16, FLOAT32 -> DataBuffer.TYPE_FLOAT;
            case FLOAT64 -> DataBuffer.TYPE_DOUBLE;
            case INT8, INT64 ->
                    throw ImageFormatException.writing(
                            file,
                            "the data is "
                                    + data.dtype()
                                    + "; TIFF is written from UINT8, INT16, INT32 and floating types");
        };
    }

    private static void requireWritable(Path file, Image image, Planes planes, int sampleType) {
        boolean isColour = planes.channels() != 1;
        boolean isUnsigned =
                sampleType == DataBuffer.TYPE_BYTE || sampleType == DataBuffer.TYPE_USHORT;
        if (isColour && (!isUnsigned || planes.channels() != 3 && planes.channels() != 4)) {
            throw ImageFormatException.writing(
                    file,
                    "the image has "
                            + planes.channels()
                            + " channels of "
                            + image.data().dtype()
                            + "; TIFF is written with 1 channel, or with 3 or 4 of UINT8 or of INT32 within 0 to 65535");
        }
        long size =
                FileBytes.saturatedProduct(
                        image.data().shape().elements(),
                        Voxels.widened(image.data().dtype()).bytes());
        if (size > MOST_FILE_BYTES) {
            throw ImageFormatException.writing(
                    file, "the image has " + size + " bytes; TIFF allows " + MOST_FILE_BYTES);
        }
    }
}
