package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of ../shared/data, against sums that a few lines of Python (gzip, struct, zlib, numpy) gave; skipped where that folder is not there. */
class RealFilesTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "example_ct, INT32, 112, 101, 122, -496851173, 6846883028, 17",
        "example_ct_sm, INT16, 30, 101, 122, -130894872, 1832146750, -86",
        "example_mr_sm, INT16, 20, 91, 117, 41238711, 1009152261, 61",
        "example_seg, UINT8, 30, 101, 122, 2734697, 549878683, 0",
        "example_seg_fast, UINT8, 30, 101, 122, 2777948, 555263665, 0",
        "example_seg_mr, UINT8, 20, 91, 117, 576795, 221497640, 23"
    })
    void readsNiftiVolumes(
            String name, DType dtype, long nz, long ny, long nx, long sum, long weighted, long at) {
        Image image = Images.read(shared("totalseg-ct-mr/" + name + ".nii.gz"));
        assertEquals(dtype, image.data().dtype());
        assertEquals(Shape.of(nz, ny, nx), image.data().shape());
        assertSums(image.data(), sum, weighted);
        assertEquals(at, image.data().longAt((10 * ny + 50) * nx + 60));
        assertArrayEquals(new double[] {3, 3, 3}, image.spacing());
        Affine expected =
                name.contains("mr")
                        ? Affine.of(
                                -3,
                                0,
                                0,
                                168.59963989257812,
                                0,
                                -3,
                                0,
                                166.35943603515625,
                                0,
                                0,
                                3,
                                28.989641189575195)
                        : Affine.of(
                                3,
                                0,
                                0,
                                -177.95632934570312,
                                0,
                                3,
                                0,
                                11.319000244140625,
                                0,
                                0,
                                3,
                                94.3017578125);
        assertEquals(expected, image.affine());
        Path copy = folder.resolve("copy.nii.gz");
        Images.write(copy, image);
        Image again = Images.read(copy);
        Samples.assertSame(image.data(), again.data());
        assertEquals(image.affine(), again.affine());
    }

    @ParameterizedTest
    @CsvSource({
        "image/000, 591043, 323903932, 49",
        "label/000, 1207935, 23772670, 255",
        "instances/000, 90019, 24395225, 5",
        "image/037, 294072, 321584967, 4",
        "instances/079, 1564, 2452486, 0"
    })
    void readsPngImages(String name, long sum, long weighted, long at) {
        Tensor data = Images.read(shared("dsb2018-nuclei/" + name + ".png")).data();
        assertEquals(DType.UINT8, data.dtype());
        assertEquals(Shape.of(256, 256), data.shape());
        assertSums(data, sum, weighted);
        assertEquals(at, data.longAt(100 * 256 + 37));
    }

    /** The second sum depends on where each value lies. */
    private static void assertSums(Tensor data, long sum, long weighted) {
        long plain = 0;
        long placed = 0;
        for (long n = 0; n < data.shape().elements(); n++) {
            plain += data.longAt(n);
            placed += Math.floorMod(data.longAt(n) * n, 9973L);
        }
        assertEquals(sum, plain);
        assertEquals(weighted, placed);
    }

    private static Path shared(String name) {
        assumeTrue(
                Samples.shared(name).isPresent(),
                "../shared/data/" + name + " is not beside this repository");
        return Samples.shared(name).orElseThrow();
    }
}
