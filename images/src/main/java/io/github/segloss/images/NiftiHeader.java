package io.github.segloss.images;

import io.github.segloss.InvalidParameterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the 348 bytes of a NIfTI-1 header say, in the tensor's order of axes. The byte offsets below are those of nifti1.h.
 *
 * @param sizes the sizes, slowest axis first; NIfTI's {@code dim} backwards
 * @param decoder how the elements are stored
 * @param spacing mm along the last axes
 * @param affine voxel index to mm, null if neither qform nor sform is set
 * @param dataOffset where the elements start
 * @param isPair whether the elements are in another file, {@code .img}
 */
record NiftiHeader(
        long[] sizes,
        Decoder decoder,
        double[] spacing,
        @Nullable Affine affine,
        long dataOffset,
        boolean isPair) {
    static final int BYTES = 348;
    private static final int DIM = 40;
    private static final int DATATYPE = 70;
    private static final int PIXDIM = 76;
    private static final int VOX_OFFSET = 108;
    private static final int SCL_SLOPE = 112;
    private static final int SCL_INTER = 116;
    private static final int XYZT_UNITS = 123;
    private static final int QFORM_CODE = 252;
    private static final int SFORM_CODE = 254;
    private static final int QUATERN_B = 256;
    private static final int SROW_X = 280;
    private static final int MAGIC = 344;
    private static final int SINGLE_FILE_OFFSET = 352;
    private static final int NIFTI_2_BYTES = 540;
    private static final int MOST_OFFSET =
            1 << 28; // in gzip, what lies before the elements has to be inflated

    /** {@return whether a file that starts with these bytes, four at least, is NIfTI or its ancestor Analyze} */
    static boolean isStart(ByteBuffer start) {
        int size = start.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        int swapped = Integer.reverseBytes(size);
        return size == BYTES
                || swapped == BYTES
                || size == NIFTI_2_BYTES
                || swapped == NIFTI_2_BYTES;
    }

    /**
     * {@return what a header says}
     *
     * @param file the file, for messages
     * @param bytes the 348 bytes
     * @throws ImageFormatException if it is none, or says what is not supported
     */
    static NiftiHeader parse(Path file, ByteBuffer bytes) {
        return new Parser(file, bytes).parse();
    }

    private record Parser(Path file, ByteBuffer bytes) {
        NiftiHeader parse() {
            requireByteOrder();
            boolean isPair = isPair();
            long[] dim = dim();
            double unit = millimetresPerUnit();
            int spatial = Math.min(3, dim.length);
            double[] steps = steps(unit);
            double[] spacing = new double[spatial];
            for (int axis = 0; axis < spatial; axis++) {
                spacing[spatial - 1 - axis] = steps[axis];
            }
            return new NiftiHeader(
                    backwards(dim),
                    decoder(),
                    spacing,
                    affine(steps, unit),
                    dataOffset(isPair),
                    isPair);
        }

        private void requireByteOrder() {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            int size = bytes.getInt(0);
            if (size != BYTES && Integer.reverseBytes(size) == BYTES) {
                bytes.order(ByteOrder.BIG_ENDIAN);
                return;
            }
            if (size == NIFTI_2_BYTES || Integer.reverseBytes(size) == NIFTI_2_BYTES) {
                throw problem("it is NIfTI-2; NIfTI-1 is supported");
            }
            if (size != BYTES) {
                throw problem("it starts with the header size " + size + "; NIfTI-1 has 348");
            }
        }

        private boolean isPair() {
            byte[] magic = new byte[4];
            bytes.get(MAGIC, magic);
            String text = new String(magic, StandardCharsets.ISO_8859_1);
            return switch (text) {
                case "n+1\0" -> false;
                case "ni1\0" -> true;
                default ->
                        throw problem(
                                "its magic bytes are "
                                        + Arrays.toString(magic)
                                        + ", perhaps Analyze 7.5; NIfTI-1 has 'n+1' or 'ni1' and a zero");
            };
        }

        private long[] dim() {
            int rank = bytes.getShort(DIM);
            if (rank < 1 || rank > 7) {
                throw problem("dim[0] is " + rank + "; allowed are 1 to 7 axes");
            }
            long[] dim = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                dim[axis] = bytes.getShort(DIM + 2 + 2 * axis);
                if (dim[axis] < 1) {
                    throw problem(
                            "dim["
                                    + (axis + 1)
                                    + "] is "
                                    + dim[axis]
                                    + "; every size must be at least 1");
                }
            }
            // A volume of one slice stays a volume: only the axes after the three of space are
            // dropped.
            while (rank > 3 && dim[rank - 1] == 1) {
                rank--;
            }
            return Arrays.copyOf(dim, rank);
        }

        private static long[] backwards(long[] dim) {
            long[] sizes = new long[dim.length];
            for (int axis = 0; axis < dim.length; axis++) {
                sizes[axis] = dim[dim.length - 1 - axis];
            }
            return sizes;
        }

        private double millimetresPerUnit() {
            return switch (bytes.get(XYZT_UNITS) & 7) {
                case 1 -> 1000;
                case 3 -> 0.001;
                default -> 1; // 2 is mm; 0 is unknown, which everyone takes for mm
            };
        }

        /** The distances along x, y and z. Zero stands for "not told"; a sign was used by Analyze for the orientation. */
        private double[] steps(double unit) {
            double[] steps = new double[3];
            for (int axis = 0; axis < 3; axis++) {
                float step = bytes.getFloat(PIXDIM + 4 + 4 * axis);
                if (!Float.isFinite(step)) {
                    throw problem("pixdim[" + (axis + 1) + "] is " + step + "; it must be finite");
                }
                steps[axis] = step == 0 ? 1 : Math.abs(step) * unit;
            }
            return steps;
        }

        private @Nullable Affine affine(double[] steps, double unit) {
            try {
                if (bytes.getShort(SFORM_CODE) > 0) {
                    double[] rows = floats(SROW_X, 12);
                    for (int i = 0; i < rows.length; i++) {
                        rows[i] *= unit;
                    }
                    return Affine.of(rows);
                }
                if (bytes.getShort(QFORM_CODE) > 0) {
                    double[] offset = floats(QUATERN_B + 12, 3);
                    for (int i = 0; i < offset.length; i++) {
                        offset[i] *= unit;
                    }
                    return Affine.ofQuaternion(
                            floats(QUATERN_B, 3), steps, bytes.getFloat(PIXDIM) < 0, offset);
                }
                return null;
            } catch (InvalidParameterException e) {
                throw new ImageFormatException("cannot read '" + file + "': " + e.getMessage(), e);
            }
        }

        private double[] floats(int offset, int count) {
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = bytes.getFloat(offset + 4 * i);
            }
            return values;
        }

        private Decoder decoder() {
            StoredType stored = stored(bytes.getShort(DATATYPE));
            double slope = bytes.getFloat(SCL_SLOPE);
            double intercept = bytes.getFloat(SCL_INTER);
            // Zero means "no scaling"; tools that leave it unset write NaN.
            if (slope == 0 || !Double.isFinite(slope)) {
                return new Decoder(file, stored, bytes.order());
            }
            if (!Double.isFinite(intercept)) {
                throw problem(
                        "scl_inter is "
                                + intercept
                                + " with scl_slope "
                                + slope
                                + "; it must be finite");
            }
            return new Decoder(file, stored, bytes.order(), slope, intercept);
        }

        private StoredType stored(int code) {
            return switch (code) {
                case 2 -> StoredType.UINT8;
                case 4 -> StoredType.INT16;
                case 8 -> StoredType.INT32;
                case 16 -> StoredType.FLOAT32;
                case 64 -> StoredType.FLOAT64;
                case 256 -> StoredType.INT8;
                case 512 -> StoredType.UINT16;
                case 768 -> StoredType.UINT32;
                case 1024 -> StoredType.INT64;
                case 1280 -> StoredType.UINT64;
                case 32, 1792, 2048 -> throw unsupported("complex numbers", code);
                case 128, 2304 -> throw unsupported("RGB colours", code);
                case 1536 -> throw unsupported("128-bit floating numbers", code);
                default -> throw unsupported("of an unknown type", code);
            };
        }

        private ImageFormatException unsupported(String kind, int code) {
            return problem(
                    "its elements are "
                            + kind
                            + " (datatype "
                            + code
                            + "); supported are integers of 8 to 64 bits and floating numbers of 32 and 64 bits");
        }

        private long dataOffset(boolean isPair) {
            float offset = bytes.getFloat(VOX_OFFSET);
            int least = isPair ? 0 : SINGLE_FILE_OFFSET;
            if (offset == 0) {
                return least;
            }
            if (!(offset >= least) || offset != Math.rint(offset) || offset > MOST_OFFSET) {
                throw problem(
                        "vox_offset is "
                                + offset
                                + "; it must be a whole number of bytes, "
                                + least
                                + " to "
                                + MOST_OFFSET);
            }
            return (long) offset;
        }

        private ImageFormatException problem(String problem) {
            return ImageFormatException.reading(file, problem);
        }
    }
}
