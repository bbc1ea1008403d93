package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The fields of one TIFF directory: for each tag a list of numbers, all of which lie in the file. */
final class TiffFields {
    private static final int MOST_VALUES = 1 << 24; // strips or tiles of one page

    private final TiffBytes bytes;
    private final Map<Integer, Field> fields = new HashMap<>();

    /** How many values of how many bytes each lie where. */
    private record Field(int valueBytes, long count, long offset) {}

    /**
     * Looks through the entries of a directory, without their values.
     *
     * @param bytes the file
     * @param directory the entries, 12 bytes each
     * @param at where in the file they start
     * @param entries how many there are
     * @throws ImageFormatException if the values of one do not lie in the file
     */
    TiffFields(TiffBytes bytes, ByteBuffer directory, long at, int entries) {
        this.bytes = bytes;
        for (int entry = 0; entry < entries; entry++) {
            int start = 12 * entry;
            int tag = Short.toUnsignedInt(directory.getShort(start));
            int valueBytes = valueBytes(directory.getShort(start + 2));
            long count = Integer.toUnsignedLong(directory.getInt(start + 4));
            long size = count * valueBytes;
            long offset =
                    size <= 4
                            ? at + start + 8
                            : Integer.toUnsignedLong(directory.getInt(start + 8));
            if (offset + size > bytes.fileSize()) {
                throw bytes.problem(
                        "its tag "
                                + tag
                                + " claims "
                                + count
                                + " values of "
                                + valueBytes
                                + " bytes at byte "
                                + offset
                                + ", but the file has "
                                + bytes.fileSize()
                                + " bytes");
            }
            fields.put(tag, new Field(valueBytes, count, offset));
        }
    }

    /** {@return whether the directory has a tag} */
    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    /** {@return the first number under a tag, or another if there is none} */
    long number(int tag, long otherwise) {
        Field field = fields.get(tag);
        if (field == null || field.count < 1) {
            return otherwise;
        }
        return value(bytes.take(field.offset, field.valueBytes, "tag " + tag), field.valueBytes, 0);
    }

    /** {@return the number that a tag gives for each of several samples, which must be the same for all} */
    long sameForAll(int tag, long samples, long otherwise) {
        long[] numbers = numbers(tag);
        for (int i = 1; i < Math.min(numbers.length, samples); i++) {
            if (numbers[i] != numbers[0]) {
                throw bytes.problem(
                        "its samples differ in tag "
                                + tag
                                + "; all samples of a pixel must be alike");
            }
        }
        return numbers.length == 0 ? otherwise : numbers[0];
    }

    /** {@return all numbers under a tag, none if there is no such tag} */
    long[] numbers(int tag) {
        Field field = fields.get(tag);
        if (field == null) {
            return new long[0];
        }
        if (field.count > MOST_VALUES) {
            throw bytes.problem(
                    "its tag "
                            + tag
                            + " has "
                            + field.count
                            + " values; allowed are "
                            + MOST_VALUES);
        }
        ByteBuffer values = bytes.take(field.offset, field.count * field.valueBytes, "tag " + tag);
        long[] numbers = new long[(int) field.count];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = value(values, field.valueBytes, i);
        }
        return numbers;
    }

    private static long value(ByteBuffer values, int valueBytes, int index) {
        return switch (valueBytes) {
            case 1 -> Byte.toUnsignedLong(values.get(index));
            case 2 -> Short.toUnsignedLong(values.getShort(2 * index));
            case 4 -> Integer.toUnsignedLong(values.getInt(4 * index));
            default -> values.getLong(8 * index);
        };
    }

    // Only integers are looked at; fractions and floating numbers just have to lie in the file.
    private static int valueBytes(int type) {
        return switch (type) {
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12 -> 8;
            default -> 1;
        };
    }
}
