package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "i1, INT8",
        "i2, INT16",
        "i4, INT32",
        "i8, INT64",
        "u1, UINT8",
        "u2, INT32",
        "u4, INT64",
        "u8, INT64",
        "f2, FLOAT16",
        "f4, FLOAT32",
        "f8, FLOAT64",
        "fortran_i2, INT16"
    })
    void readsWhatNumpyWrote(String name, DType dtype) {
        Image image = Images.read(Samples.reference(name + ".npy"));
        Samples.assertElements(image.data(), dtype, Shape.of(2, 3, 4), Samples::ramp);
        assertArrayEquals(new double[] {1, 1, 1}, image.spacing());
        assertEquals(ImageFormat.NPY, image.format());
    }

    @Test
    void readsOtherShapesAndVersionsThatNumpyWrote() {
        Samples.assertElements(
                read("b1"), DType.UINT8, Shape.of(2, 3, 4), n -> Samples.ramp(n) % 2);
        Samples.assertElements(
                read("fortran_f8_big"), DType.FLOAT64, Shape.of(5, 7), Samples::ramp);
        Samples.assertElements(read("scalar_f4"), DType.FLOAT32, Shape.of(), n -> 2.5);
        Samples.assertElements(read("v2_f4"), DType.FLOAT32, Shape.of(3, 5), Samples::ramp);
        Samples.assertElements(read("v3_i4"), DType.INT32, Shape.of(3, 5), Samples::ramp);
    }

    @ParameterizedTest
    @CsvSource({"object, objects", "record, records", "complex, '<c8'", "empty, '[0, 3]'"})
    void refusesWhatHasNoTensor(String name, String word) {
        Path file = Samples.reference(name + ".npy");
        Samples.assertRefused(file, () -> Images.read(file), word);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void writesAndReadsEveryDtype(DType dtype) {
        Path file = folder.resolve("x.npy");
        Tensor data = Samples.random(dtype, 5, 2, 3, 4, 5);
        Images.write(file, Image.of(data));
        Samples.assertSame(
                dtype == DType.BFLOAT16 ? data.to(DType.FLOAT32) : data, Images.read(file).data());
    }

    @Test
    void writesScalarsAndVectors() {
        Path file = folder.resolve("x.npy");
        for (Tensor data :
                new Tensor[] {
                    Tensor.wrap(new double[] {1.5}), Tensor.wrap(new double[] {1, 2, 3}, 3)
                }) {
            Images.write(file, Image.of(data));
            Samples.assertSame(data, Images.read(file).data());
        }
    }

    @Test
    void writesTheHeaderThatNumpyReads() {
        Path file = folder.resolve("x.npy");
        Images.write(file, Image.of(Tensor.wrap(new float[6], 2, 3)));
        byte[] bytes = Samples.bytes(file);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
        assertEquals(0, (10 + length) % 64);
        assertEquals(10 + length + 24, bytes.length);
        String header = new String(bytes, 10, length, StandardCharsets.US_ASCII);
        assertTrue(
                header.startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, ), }"),
                header);
        assertTrue(header.endsWith(" \n"), header);
    }

    @Test
    void bringsLargeColumnMajorArraysIntoRowMajorOrder() throws IOException {
        int rows = 700;
        int columns = 301;
        ByteBuffer elements = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.BIG_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                elements.putInt(row * columns + column);
            }
        }
        Path file =
                npy(
                        "{'descr': '>i4', 'fortran_order': True, 'shape': (700, 301)}",
                        elements.array());
        Samples.assertElements(
                Images.read(file).data(), DType.INT32, Shape.of(rows, columns), n -> n);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"shape\": (1L,), \"descr\": \"|u1\", \"fortran_order\": False}",
                "  {'fortran_order':True,'shape':(1,),'descr':'|i1'}\n",
                "{'descr': '>u1', 'fortran_order': False, 'shape': (1), }"
            })
    void readsOtherSpellingsOfTheHeader(String header) throws IOException {
        Path file = npy(header, new byte[] {42});
        assertEquals(42, Images.read(file).data().doubleAt(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{'descr': '|u1'}",
                "[1, 2]",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
                "{'descr': '|u1', 'fortran_order': false, 'shape': (1,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1,",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': 1}",
                "{'descr': |u1, 'fortran_order': False, 'shape': (1,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': __import__('os')}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}"
            })
    void refusesOtherHeaders(String header) throws IOException {
        Path file = npy(header, new byte[8]);
        Samples.assertRefused(
                file, () -> Images.read(file), "NPY header", "descr, fortran_order and shape");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "u1", "|i4", "=i4", "<i3", "<f16", "<U4", "|S4", "|V8", "<M8[ns]", "<b4"
            })
    void refusesOtherElementTypes(String descr) throws IOException {
        Path file =
                npy(
                        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1,)}",
                        new byte[64]);
        Samples.assertRefused(file, () -> Images.read(file), "'" + descr + "'", "supported are");
    }

    @Test
    void refusesOtherVersionsAndLyingLengths() throws IOException {
        Path version =
                Samples.write(
                        folder,
                        "v.npy",
                        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 0, 0, 0, 0});
        Samples.assertRefused(version, () -> Images.read(version), "version 4");
        Path length =
                Samples.write(
                        folder,
                        "l.npy",
                        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1});
        Samples.assertRefused(length, () -> Images.read(length), "4294967295");
        Path zipped =
                Samples.write(
                        folder, "z.npy", Samples.gzip(Samples.bytes(Samples.reference("u1.npy"))));
        Samples.assertRefused(zipped, () -> Images.read(zipped), "gzip");
        Path other = Samples.write(folder, "o.npy", new byte[64]);
        Samples.assertRefused(other, () -> Npy.read(other), "magic");
    }

    private Path npy(String header, byte[] elements) throws IOException {
        ByteBuffer file =
                ByteBuffer.allocate(10 + header.length() + elements.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        file.put(Npy.magic()).put((byte) 1).put((byte) 0).putShort((short) header.length());
        file.put(header.getBytes(StandardCharsets.ISO_8859_1)).put(elements);
        return Samples.write(folder, "x.npy", file.array());
    }

    private static Tensor read(String name) {
        return Images.read(Samples.reference(name + ".npy")).data();
    }
}
