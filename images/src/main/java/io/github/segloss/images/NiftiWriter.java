package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Writes an image as one NIfTI-1 file, least significant byte first. */
final class NiftiWriter {
    private static final int HEADER_AND_EXTENSION_FLAG = 352;
    private static final int BUFFER = 1 << 16;

    private NiftiWriter() {}

    static void write(Path file, Image image) {
        DType stored = Voxels.widened(image.data().dtype());
        byte[] header = header(file, image, stored);
        boolean compress = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        AtomicFile.write(
                file,
                temporary -> {
                    try (OutputStream out = open(temporary, compress)) {
                        out.write(header);
                        Voxels.write(image.data(), stored, out);
                    }
                });
    }

    private static OutputStream open(Path temporary, boolean compress) throws IOException {
        OutputStream file =
                Files.newOutputStream(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return compress
                ? new GZIPOutputStream(file, BUFFER)
                : new BufferedOutputStream(file, BUFFER);
    }

    private static byte[] header(Path file, Image image, DType stored) {
        List<Long> dim = dim(file, image);
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_AND_EXTENSION_FLAG).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, NiftiHeader.BYTES);
        bytes.put(38, (byte) 'r'); // "regular", which Analyze's readers want
        bytes.putShort(40, (short) dim.size());
        bytes.putFloat(76, 1); // qfac
        double[] spacing = image.spacing();
        for (int axis = 0; axis < 7; axis++) {
            bytes.putShort(42 + 2 * axis, axis < dim.size() ? dim.get(axis).shortValue() : 1);
            bytes.putFloat(
                    80 + 4 * axis,
                    axis < spacing.length ? (float) spacing[spacing.length - 1 - axis] : 1);
        }
        bytes.putShort(70, code(stored));
        bytes.putShort(72, (short) (8 * stored.bytes()));
        bytes.putFloat(108, HEADER_AND_EXTENSION_FLAG);
        bytes.putFloat(112, 1); // scl_slope
        bytes.put(123, (byte) 2); // mm
        bytes.put(148, "segloss".getBytes(StandardCharsets.US_ASCII));
        Affine affine = image.affine();
        if (affine != null) {
            bytes.putShort(
                    254, (short) 2); // "aligned": coordinates of some scan; what nibabel writes too
            for (int i = 0; i < 12; i++) {
                bytes.putFloat(280 + 4 * i, (float) affine.at(i / 4, i % 4));
            }
        }
        bytes.put(344, "n+1\0".getBytes(StandardCharsets.US_ASCII));
        return bytes.array();
    }

    /** NIfTI's dim: the spatial axes fastest first, filled up to three if others follow, then the others. */
    private static List<Long> dim(Path file, Image image) {
        Shape shape = image.data().shape();
        List<Long> dim = new ArrayList<>();
        int others = shape.rank() - image.spatialRank();
        for (int axis = shape.rank() - 1; axis >= others; axis--) {
            dim.add(shape.size(axis));
        }
        while (others > 0 && dim.size() < 3) {
            dim.add(1L);
        }
        for (int axis = others - 1; axis >= 0; axis--) {
            dim.add(shape.size(axis));
        }
        if (dim.isEmpty() || dim.size() > 7) {
            throw ImageFormatException.writing(
                    file,
                    "the image has shape "
                            + shape
                            + " with "
                            + image.spatialRank()
                            + " spatial axes; NIfTI allows 1 to 7 axes, the first three spatial");
        }
        for (long size : dim) {
            if (size > Short.MAX_VALUE) {
                throw ImageFormatException.writing(
                        file,
                        "the image has shape "
                                + shape
                                + "; NIfTI-1 allows sizes up to "
                                + Short.MAX_VALUE);
            }
        }
        return dim;
    }

    private static short code(DType stored) {
        return switch (stored) {
            case UINT8 -> 2;
            case INT16 -> 4;
            case INT32 -> 8;
            case FLOAT32, FLOAT16, BFLOAT16 -> 16; // the 16-bit ones were widened
            case FLOAT64 -> 64;
            case INT8 -> 256;
            case INT64 -> 1024;
        };
    }
}
