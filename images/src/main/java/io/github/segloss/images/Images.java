package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Reads and writes images of every supported format.
 *
 * <p>Reading looks at the first bytes of a file, so a wrong name does no harm; writing looks at the ending of the name.
 */
public final class Images {
    private static final String SUPPORTED = "NIfTI-1 (also gzip), NPY, PNG and TIFF";
    private static final int START_BYTES = 8;

    private Images() {}

    /**
     * {@return the image in a file}
     *
     * @param file a NIfTI-1 file (plain, gzip, or either file of a pair), an NPY, a PNG or a TIFF
     * @throws ImageFormatException if it cannot be read, is damaged or of no supported format
     */
    public static Image read(Path file) {
        if (Nifti.isImagePart(file)) {
            return Nifti.read(file);
        }
        return switch (format(file)) {
            case NIFTI -> Nifti.read(file);
            case NPY -> Npy.read(file);
            case PNG -> Png.read(file);
            case TIFF -> Tiff.read(file);
        };
    }

    /**
     * Writes an image in the format that the ending of the file's name stands for. The write is atomic: whoever looks sees what was there before or
     * the whole new file.
     *
     * @param file the file to create or to replace, with a name that ends in one of {@link ImageFormat#extensions()}
     * @param image the image, which must fit the format
     * @throws ImageFormatException if the ending stands for no format, the image does not fit it, or the file cannot be written
     */
    public static void write(Path file, Image image) {
        ImageFormat format =
                ImageFormat.of(file)
                        .orElseThrow(() ->
                                ImageFormatException.writing(
                                        file,
                                        "its name ends in none of " + ImageFormat.allExtensions()));
        switch (format) {
            case NIFTI -> Nifti.write(file, image);
            case NPY -> Npy.write(file, image);
            case PNG -> Png.write(file, image);
            case TIFF -> Tiff.write(file, image);
        }
    }

    private static ImageFormat format(Path file) {
        try (FileBytes bytes = FileBytes.open(file)) {
            byte[] start =
                    new byte
                            [(int)
                                    Math.min(
                                            START_BYTES,
                                            bytes.isCompressed() ? START_BYTES : bytes.fileSize())];
            bytes.fill(ByteBuffer.wrap(start), "first bytes");
            if (start.length >= 4 && NiftiHeader.isStart(ByteBuffer.wrap(start))) {
                return ImageFormat.NIFTI;
            }
            byte[] npy = Npy.magic();
            if (start.length >= npy.length
                    && Arrays.equals(start, 0, npy.length, npy, 0, npy.length)) {
                return ImageFormat.NPY;
            }
            if (PngHeader.isStart(start)) {
                return ImageFormat.PNG;
            }
            if (TiffDirectory.isStart(start)) {
                return ImageFormat.TIFF;
            }
            throw ImageFormatException.reading(
                    file,
                    "it starts with the bytes "
                            + HexFormat.ofDelimiter(" ").formatHex(start).toUpperCase(Locale.ROOT)
                            + (bytes.isCompressed() ? " inside gzip" : "")
                            + ", which are of no supported format; supported are "
                            + SUPPORTED);
        }
    }
}
