package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A NIfTI-1 file put together by hand, after nifti1.h; every setter may be left out. */
final class NiftiBytes {
    private final ByteBuffer header;

    NiftiBytes(ByteOrder order) {
        header = ByteBuffer.allocate(352).order(order);
        header.putInt(0, 348);
        dim(1, 1, 1).type(2, 8).offset(352).magic("n+1\0");
        header.putFloat(76, 1);
        spacing(1, 1, 1);
    }

    NiftiBytes dim(int... sizes) {
        header.putShort(40, (short) sizes.length);
        for (int i = 0; i < 7; i++) {
            header.putShort(42 + 2 * i, (short) (i < sizes.length ? sizes[i] : 1));
        }
        return this;
    }

    NiftiBytes rank(int rank) {
        header.putShort(40, (short) rank);
        return this;
    }

    NiftiBytes type(int code, int bits) {
        header.putShort(70, (short) code).putShort(72, (short) bits);
        return this;
    }

    NiftiBytes spacing(double x, double y, double z) {
        header.putFloat(80, (float) x).putFloat(84, (float) y).putFloat(88, (float) z);
        return this;
    }

    NiftiBytes units(int code) {
        header.put(123, (byte) code);
        return this;
    }

    NiftiBytes offset(double offset) {
        header.putFloat(108, (float) offset);
        return this;
    }

    NiftiBytes scale(double slope, double intercept) {
        header.putFloat(112, (float) slope).putFloat(116, (float) intercept);
        return this;
    }

    NiftiBytes qform(double qfac, double b, double c, double d, double x, double y, double z) {
        header.putShort(252, (short) 1).putFloat(76, (float) qfac);
        return floats(256, b, c, d, x, y, z);
    }

    NiftiBytes sform(double... rows) {
        header.putShort(254, (short) 1);
        return floats(280, rows);
    }

    NiftiBytes magic(String magic) {
        header.put(344, magic.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    NiftiBytes headerSize(int size) {
        header.putInt(0, size);
        return this;
    }

    /** The 348 bytes of the header alone, as in an .hdr file. */
    byte[] header() {
        byte[] bytes = new byte[348];
        header.get(0, bytes);
        return bytes;
    }

    byte[] with(byte[] elements) {
        return ByteBuffer.allocate(352 + elements.length).put(header.array()).put(elements).array();
    }

    private NiftiBytes floats(int at, double... values) {
        for (int i = 0; i < values.length; i++) {
            header.putFloat(at + 4 * i, (float) values[i]);
        }
        return this;
    }
}
