package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.FileImageOutputStream;

/**
 * PNG, through the JDK's ImageIO.
 *
 * <p>Grey of 8 bits becomes UINT8 {@code [height, width]}, of 16 bits INT32. Grey of 1, 2 or 4 bits is UINT8 with the numbers stored (a 1-bit mask has
 * 0 and 1, not 0 and 255). RGB and palettes become {@code [3, height, width]}, with alpha {@code [4, height, width]}, grey with alpha
 * {@code [2, height, width]}; UINT8, or INT32 for 16 bits. A palette is replaced by its colours, with alpha if the file has a tRNS chunk. Checksums of
 * essential chunks are verified. The spacing is 1: PNG knows no millimetres.
 *
 * <p>Written are UINT8 in 8 bits and INT16 or INT32 within 0 to 65535 in 16 bits, as grey {@code [height, width]}, or with one to four channels.
 */
public final class Png {
    private static final int SLACK_BYTES = 1 << 12;

    private Png() {}

    /**
     * {@return the image in a PNG file}
     *
     * @param file the file
     * @throws ImageFormatException if it cannot be read or is damaged
     */
    public static Image read(Path file) {
        PngHeader header;
        long fileSize;
        try (FileBytes bytes = FileBytes.open(file)) {
            if (bytes.isCompressed()) {
                throw ImageFormatException.reading(
                        file, "it is gzip; PNG files are supported as they are");
            }
            header = PngHeader.parse(bytes);
            fileSize = bytes.fileSize();
        }
        int channels = header.channels();
        DType dtype = header.depth() == 16 ? DType.INT32 : DType.UINT8;
        long[] sizes =
                channels == 1
                        ? new long[] {header.height(), header.width()}
                        : new long[] {channels, header.height(), header.width()};
        requireRoom(file, fileSize, header, sizes, dtype);
        try {
            BufferedImage image = decode(file);
            if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
                throw ImageFormatException.reading(
                        file,
                        "its pixels are "
                                + image.getWidth()
                                + " x "
                                + image.getHeight()
                                + ", but its header claims "
                                + header.width()
                                + " x "
                                + header.height());
            }
            Tensor data = Voxels.allocate(file, dtype, Shape.of(sizes).elements());
            Rasters.copy(file, image, channels, header.colour() == 3, data, 0);
            return new Image(
                    data.reshape(sizes), Image.unitSpacing(2), null, file, ImageFormat.PNG);
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw ImageFormatException.reading(file, e);
        }
    }

    /**
     * Writes an image as a PNG file, atomically.
     *
     * @param file the file to create or to replace
     * @param image UINT8, or INT16 or INT32 within 0 to 65535, of shape {@code [height, width]} or, with two spatial axes,
     *     {@code [channels, height, width]} with 1 to 4 channels
     * @throws ImageFormatException if the image does not fit the format or the file cannot be written
     */
    public static void write(Path file, Image image) {
        Planes planes = Planes.of(file, image);
        if (planes.pages() != 1 || planes.channels() > 4) {
            throw ImageFormatException.writing(
                    file,
                    "the image has shape "
                            + image.data().shape()
                            + " with "
                            + image.spatialRank()
                            + " spatial axes; PNG allows [height, width] and, with 2 spatial axes, 1 to 4 channels before them");
        }
        int sampleType = sampleType(file, image.data());
        AtomicFile.write(
                file,
                temporary -> {
                    ImageWriter writer = Rasters.writer("png");
                    try (FileImageOutputStream out =
                            new FileImageOutputStream(temporary.toFile())) {
                        writer.setOutput(out);
                        writer.write(new IIOImage(planes.image(0, sampleType), null, null));
                    } finally {
                        writer.dispose();
                    }
                });
    }

    /** ImageIO needs the memory of the whole image at once, so a file that cannot hold that much is refused before. */
    private static void requireRoom(
            Path file, long fileSize, PngHeader header, long[] sizes, DType dtype) {
        MemoryLimit.elements(file, sizes, dtype);
        Rasters.requireOneArray(file, header.width(), header.height(), header.channels());
        long most = FileBytes.saturatedProduct(fileSize, FileBytes.DEFLATE_RATIO);
        long claimed = FileBytes.saturatedProduct(header.height(), header.rowBytes());
        if (claimed - SLACK_BYTES > most) {
            throw ImageFormatException.reading(
                    file,
                    "the header claims "
                            + header.width()
                            + " x "
                            + header.height()
                            + " pixels in "
                            + claimed
                            + " bytes, but the file has "
                            + fileSize
                            + " bytes, from which PNG inflates at most "
                            + most);
        }
    }

    private static BufferedImage decode(Path file) throws IOException {
        ImageReader reader = Rasters.reader("png");
        try (FileImageInputStream in = new FileImageInputStream(file.toFile())) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    private static int sampleType(Path file, Tensor data) {
        return switch (data.dtype()) {
            case UINT8 -> DataBuffer.TYPE_BYTE;
            case INT16, INT32 -> {
                if (!Rasters.fitsUnsignedShort(data)) {
                    throw ImageFormatException.writing(
                            file,
                            "an element of the "
                                    + data.dtype()
                                    + " data is outside 0 to 65535, which is what PNG allows");
                }
                yield DataBuffer.TYPE_USHORT;
            }
            default ->
                    throw ImageFormatException.writing(
                            file,
                            "the data is "
                                    + data.dtype()
                                    + "; PNG allows UINT8, and INT16 or INT32 within 0 to 65535");
        };
    }
}
