package io.github.segloss.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the header of an NPY file says: a Python dictionary with the keys descr, fortran_order and shape.
 *
 * @param descr the element type, such as {@code <f4}
 * @param isColumnMajor whether the first axis varies fastest
 * @param shape the sizes
 */
record NpyHeader(String descr, boolean isColumnMajor, List<Long> shape) {

    /**
     * {@return what a header says}
     *
     * @param file the file, for messages
     * @param text the dictionary, with the blanks around it
     * @throws ImageFormatException if it is not such a dictionary
     */
    static NpyHeader parse(Path file, String text) {
        return new Parser(file, text).parse();
    }

    /** {@return how elements of the type in {@link #descr} are decoded} */
    Decoder decoder(Path file) {
        String kind = descr.isEmpty() ? "" : descr.substring(1);
        StoredType stored =
                switch (kind) {
                    case "b1", "u1" -> StoredType.UINT8;
                    case "i1" -> StoredType.INT8;
                    case "u2" -> StoredType.UINT16;
                    case "i2" -> StoredType.INT16;
                    case "u4" -> StoredType.UINT32;
                    case "i4" -> StoredType.INT32;
                    case "u8" -> StoredType.UINT64;
                    case "i8" -> StoredType.INT64;
                    case "f2" -> StoredType.FLOAT16;
                    case "f4" -> StoredType.FLOAT32;
                    case "f8" -> StoredType.FLOAT64;
                    case "O" ->
                            throw ImageFormatException.reading(
                                    file,
                                    "its elements are Python objects (descr '"
                                            + descr
                                            + "'), which are never read; supported are numbers");
                    default -> throw unsupported(file);
                };
        char order = descr.charAt(0);
        if (order == '<' || order == '|' && stored.bytes() == 1) {
            return new Decoder(file, stored, ByteOrder.LITTLE_ENDIAN);
        }
        if (order == '>') {
            return new Decoder(file, stored, ByteOrder.BIG_ENDIAN);
        }
        throw unsupported(file);
    }

    private ImageFormatException unsupported(Path file) {
        return ImageFormatException.reading(
                file,
                "its element type is '"
                        + descr
                        + "'; supported are b1, i1 to i8, u1 to u8, f2, f4 and f8 with '<' or '>'");
    }

    /** {@return the header of a file of version 1, from its first byte to the first element} */
    byte[] encode() {
        StringBuilder sizes = new StringBuilder();
        for (long size : shape) {
            sizes.append(size).append(", ");
        }
        String dictionary =
                "{'descr': '"
                        + descr
                        + "', 'fortran_order': "
                        + (isColumnMajor ? "True" : "False")
                        + ", 'shape': ("
                        + sizes
                        + "), }";
        int whole = (Npy.PREAMBLE_V1 + dictionary.length() + 1 + 63) / 64 * 64;
        byte[] text =
                (dictionary + " ".repeat(whole - Npy.PREAMBLE_V1 - dictionary.length() - 1) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(Npy.magic())
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /** Reads just the literals that numpy writes: no expression of Python is evaluated. */
    private static final class Parser {
        private final Path file;
        private final String text;
        private int at;

        Parser(Path file, String text) {
            this.file = file;
            this.text = text;
        }

        NpyHeader parse() {
            @Nullable String descr = null;
            @Nullable Boolean columnMajor = null;
            @Nullable List<Long> shape = null;
            expect('{');
            while (!take('}')) {
                String key = string();
                expect(':');
                switch (key) {
                    case "descr" -> descr = descr();
                    case "fortran_order" -> columnMajor = bool();
                    case "shape" -> shape = sizes();
                    default -> throw problem("the key '" + key + "'");
                }
                if (!take(',')) {
                    expect('}');
                    break;
                }
            }
            if (descr == null || columnMajor == null || shape == null) {
                throw problem("not all three keys");
            }
            return new NpyHeader(descr, columnMajor, shape);
        }

        private String descr() {
            if (peek() == '[') {
                throw ImageFormatException.reading(
                        file,
                        "its elements are records of several fields; supported are plain numbers");
            }
            return string();
        }

        private boolean bool() {
            blanks();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw problem("no True or False");
        }

        private List<Long> sizes() {
            List<Long> sizes = new ArrayList<>();
            expect('(');
            while (!take(')')) {
                sizes.add(number());
                take('L'); // Python 2 wrote long integers so
                if (!take(',')) {
                    expect(')');
                    break;
                }
            }
            if (sizes.size() > 64) {
                throw problem("a shape of " + sizes.size() + " axes");
            }
            return sizes;
        }

        private long number() {
            blanks();
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == start || at - start > 18) {
                throw problem("no size below 10^18");
            }
            return Long.parseLong(text, start, at, 10);
        }

        private String string() {
            char quote = peek();
            int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
            if (end < 0) {
                throw problem("no quoted text");
            }
            String content = text.substring(at + 1, end);
            at = end + 1;
            return content;
        }

        private void expect(char wanted) {
            if (!take(wanted)) {
                throw problem("no '" + wanted + "'");
            }
        }

        private boolean take(char wanted) {
            if (peek() != wanted) {
                return false;
            }
            at++;
            return true;
        }

        private char peek() {
            blanks();
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private void blanks() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
        }

        private ImageFormatException problem(String found) {
            return ImageFormatException.reading(
                    file,
                    "its NPY header has "
                            + found
                            + " at character "
                            + at
                            + "; it must be a dictionary of descr, fortran_order and shape");
        }
    }
}
