package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * NPY, the format of {@code numpy.save}: versions 1 to 3, either byte order, row-major or column-major (which is brought into row-major order).
 *
 * <p>Elements: {@code b1} (as UINT8 0 and 1), {@code i1} to {@code i8}, {@code u1} to {@code u8}, {@code f2}, {@code f4}, {@code f8}; objects, records,
 * texts and complex numbers are refused, and so are arrays without elements. The shape is kept; the last three axes at most are taken for spatial, 1 mm
 * apart.
 *
 * <p>Written is version 1, row-major, little endian; BFLOAT16 is widened to FLOAT32. Spacing and affine are not kept: the format has no place for them.
 */
public final class Npy {
    static final int PREAMBLE_V1 = 10;
    private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MOST_HEADER_BYTES = 1 << 16;

    private Npy() {}

    /** {@return the six bytes that every such file starts with} */
    static byte[] magic() {
        return MAGIC.clone();
    }

    /**
     * {@return the array in an NPY file}
     *
     * @param file the file
     * @throws ImageFormatException if it cannot be read, is damaged or not supported
     */
    public static Image read(Path file) {
        try (FileBytes bytes = FileBytes.open(file)) {
            if (bytes.isCompressed()) {
                throw ImageFormatException.reading(
                        file, "it is gzip; NPY files are supported uncompressed");
            }
            NpyHeader header = NpyHeader.parse(file, headerText(bytes));
            Decoder decoder = header.decoder(file);
            long[] sizes = header.shape().stream().mapToLong(Long::longValue).toArray();
            if (Arrays.stream(sizes).anyMatch(size -> size == 0)) {
                throw ImageFormatException.reading(
                        file,
                        "its shape is "
                                + Arrays.toString(sizes)
                                + "; every size must be at least 1");
            }
            long count = MemoryLimit.elements(file, sizes, decoder.dtype());
            bytes.requireRoom(bytes.position(), count, decoder.stored().bytes());
            Shape shape = Shape.of(sizes);
            boolean reorders = header.isColumnMajor() && sizes.length > 1;
            Tensor data =
                    reorders
                            ? Voxels.readColumnMajor(bytes, decoder, shape)
                            : Voxels.read(bytes, decoder, shape);
            return new Image(
                    data,
                    Image.unitSpacing(Math.min(3, sizes.length)),
                    null,
                    file,
                    ImageFormat.NPY);
        }
    }

    /**
     * Writes the data of an image as an NPY file, atomically.
     *
     * @param file the file to create or to replace
     * @param image the image, of any shape
     * @throws ImageFormatException if the file cannot be written
     */
    public static void write(Path file, Image image) {
        DType dtype = image.data().dtype();
        DType stored = dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype;
        List<Long> shape = Arrays.stream(image.data().shape().toArray()).boxed().toList();
        byte[] header = new NpyHeader(descr(stored), false, shape).encode();
        AtomicFile.write(
                file,
                temporary -> {
                    try (OutputStream out =
                            new BufferedOutputStream(
                                    Files.newOutputStream(
                                            temporary,
                                            StandardOpenOption.CREATE_NEW,
                                            StandardOpenOption.WRITE))) {
                        out.write(header);
                        Voxels.write(image.data(), stored, out);
                    }
                });
    }

    private static String headerText(FileBytes bytes) {
        ByteBuffer start = ByteBuffer.allocate(MAGIC.length + 2);
        bytes.fill(start, "start of an NPY file");
        if (!Arrays.equals(start.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ImageFormatException.reading(
                    bytes.file(), "it does not start with the magic bytes of NPY");
        }
        int version = start.get(MAGIC.length);
        if (version < 1 || version > 3) {
            throw ImageFormatException.reading(
                    bytes.file(), "it is NPY version " + version + "; supported are 1, 2 and 3");
        }
        ByteBuffer size = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.fill(size, "size of the NPY header");
        long length =
                version == 1
                        ? Short.toUnsignedLong(size.getShort(0))
                        : Integer.toUnsignedLong(size.getInt(0));
        if (length > MOST_HEADER_BYTES || length > bytes.fileSize()) {
            throw ImageFormatException.reading(
                    bytes.file(),
                    "its NPY header claims "
                            + length
                            + " bytes; allowed are "
                            + Math.min(MOST_HEADER_BYTES, bytes.fileSize()));
        }
        ByteBuffer text = ByteBuffer.allocate((int) length);
        bytes.fill(text, "NPY header");
        return new String(
                text.array(), version < 3 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static String descr(DType stored) {
        return switch (stored) {
            case UINT8 -> "|u1";
            case INT8 -> "|i1";
            case INT16 -> "<i2";
            case INT32 -> "<i4";
            case INT64 -> "<i8";
            case FLOAT16 -> "<f2";
            case FLOAT32, BFLOAT16 -> "<f4";
            case FLOAT64 -> "<f8";
        };
    }
}
