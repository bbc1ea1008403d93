package io.github.segloss.images;

import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * NIfTI-1, the format of medical volumes: single files ({@code .nii}, {@code .nii.gz}) and, for reading, pairs ({@code .hdr} and {@code .img}), in
 * either byte order.
 *
 * <p>{@code dim (nx, ny, nz)} becomes shape {@code [nz, ny, nx]} and {@code (nx, ny, nz, nt)} becomes {@code [nt, nz, ny, nx]}; sizes of 1 after the
 * third are dropped. Elements: integers of 8 to 64 bits, signed or not, and floating numbers of 32 or 64 bits; complex numbers, colours and 128-bit
 * floating numbers are refused. With {@code scl_slope} (other than 0, or 1 with {@code scl_inter} 0) the data is slope times element plus intercept,
 * as FLOAT64 for elements of 32-bit integers or wider and of 64-bit floating numbers, else as FLOAT32. The affine is the sform if set, else the qform
 * if set, else null. Lengths in metres or micrometres are turned to mm.
 *
 * <p>Written are single files in little endian with spacing and affine (as sform), both rounded to single precision; FLOAT16 and BFLOAT16 are widened to FLOAT32. Header extensions are skipped
 * on reading and not written.
 */
public final class Nifti {
    private Nifti() {}

    /**
     * {@return the image in a NIfTI-1 file}
     *
     * @param file a {@code .nii} or {@code .nii.gz} file, or either file of a pair
     * @throws ImageFormatException if it cannot be read, is damaged or not supported
     */
    public static Image read(Path file) {
        Path headerFile = isImagePart(file) ? partner(file, ".img", ".hdr") : file;
        try (FileBytes bytes = FileBytes.open(headerFile)) {
            ByteBuffer start = ByteBuffer.allocate(NiftiHeader.BYTES);
            bytes.fill(start, "NIfTI-1 header of " + NiftiHeader.BYTES + " bytes");
            NiftiHeader header = NiftiHeader.parse(headerFile, start);
            if (!header.isPair()) {
                return image(file, header, elements(bytes, header));
            }
            try (FileBytes other = FileBytes.open(partner(headerFile, ".hdr", ".img"))) {
                return image(file, header, elements(other, header));
            }
        }
    }

    /**
     * Writes an image as a NIfTI-1 file, atomically.
     *
     * @param file the file to create or to replace; compressed if its name ends in {@code .gz}
     * @param image the image, of 1 to 7 axes with sizes up to 32767
     * @throws ImageFormatException if the image does not fit the format or the file cannot be written
     */
    public static void write(Path file, Image image) {
        NiftiWriter.write(file, image);
    }

    /** {@return whether a name is that of the part of a pair that has no header and hence no magic bytes} */
    static boolean isImagePart(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".img") || name.endsWith(".img.gz");
    }

    private static Tensor elements(FileBytes bytes, NiftiHeader header) {
        Decoder decoder = header.decoder();
        long count = MemoryLimit.elements(bytes.file(), header.sizes(), decoder.dtype());
        bytes.requireRoom(header.dataOffset(), count, decoder.stored().bytes());
        bytes.skipTo(header.dataOffset(), "bytes before vox_offset " + header.dataOffset());
        Tensor data = Voxels.read(bytes, decoder, Shape.of(header.sizes()));
        try {
            bytes.verifyChecksum();
        } catch (ImageFormatException e) {
            data.close();
            throw e;
        }
        return data;
    }

    private static Image image(Path file, NiftiHeader header, Tensor data) {
        return new Image(data, header.spacing(), header.affine(), file, ImageFormat.NIFTI);
    }

    /** The other file of a pair: the same name with another ending, plain or gzip. */
    private static Path partner(Path file, String ending, String otherEnding) {
        String name = String.valueOf(file.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf(ending);
        if (at < 0) {
            throw ImageFormatException.reading(
                    file,
                    "its header belongs to a pair of files, but its name does not end in '"
                            + ending
                            + "', so that the other file cannot be found");
        }
        Path plain = file.resolveSibling(name.substring(0, at) + otherEnding);
        Path compressed = file.resolveSibling(name.substring(0, at) + otherEnding + ".gz");
        return !Files.exists(plain) && Files.exists(compressed) ? compressed : plain;
    }
}
