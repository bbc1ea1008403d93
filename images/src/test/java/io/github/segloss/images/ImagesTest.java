package io.github.segloss.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
    private static final Image SMALL = Image.of(Tensor.wrap(new byte[] {1, 2, 3, 4, 5, 6}, 2, 3));

    @TempDir Path folder;

    @Test
    void readsByContentWhateverTheName() throws IOException {
        Path png =
                Samples.write(
                        folder, "picture.nii.gz", Samples.bytes(Samples.reference("grey8.png")));
        assertEquals(ImageFormat.PNG, Images.read(png).format());
        Path nifti =
                Samples.write(
                        folder, "volume", Samples.bytes(Samples.reference("qform_big_4d.nii.gz")));
        assertEquals(ImageFormat.NIFTI, Images.read(nifti).format());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.nii", "a.nii.gz", "a.npy", "a.png", "a.tif", "a.TIFF"})
    void writesByTheEndingOfTheName(String name) {
        Path file = folder.resolve(name);
        Images.write(file, SMALL);
        Image read = Images.read(file);
        Samples.assertSame(SMALL.data(), read.data());
        assertEquals(ImageFormat.of(file).orElseThrow(), read.format());
        assertEquals(name.endsWith(".gz"), Samples.bytes(file)[0] == 0x1F);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.jpg", "a.gz", "nii", "a.img", "a.hdr"})
    void refusesOtherEndings(String name) {
        Path file = folder.resolve(name);
        Samples.assertRefused(
                file, () -> Images.write(file, SMALL), ".nii, .nii.gz, .npy, .png, .tif, .tiff");
        assertFalse(Files.exists(file));
    }

    @Test
    void refusesOtherContents() throws IOException {
        Path text =
                Samples.write(
                        folder,
                        "a.txt",
                        "hello, world".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Samples.assertRefused(
                text,
                () -> Images.read(text),
                "68 65 6C 6C 6F 2C 20 77",
                "NIfTI-1",
                "NPY",
                "PNG",
                "TIFF");
        Path zipped =
                Samples.write(
                        folder,
                        "a.gz",
                        Samples.gzip(
                                "hello, world"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        Samples.assertRefused(zipped, () -> Images.read(zipped), "inside gzip");
        Path tiny = Samples.write(folder, "b", new byte[] {1});
        Samples.assertRefused(tiny, () -> Images.read(tiny), "bytes 01,");
    }

    @Test
    void refusesWhatIsNoReadableFile() throws IOException {
        Path missing = folder.resolve("missing.nii");
        Samples.assertRefused(missing, () -> Images.read(missing), "does not exist");
        Samples.assertRefused(folder, () -> Images.read(folder), "directory");
        Path empty = Samples.write(folder, "empty.png", new byte[0]);
        Samples.assertRefused(empty, () -> Images.read(empty), "empty");
        for (Path file : List.of(missing, folder, empty)) {
            Samples.assertRefused(file, () -> Nifti.read(file));
            Samples.assertRefused(file, () -> Npy.read(file));
            Samples.assertRefused(file, () -> Png.read(file));
            Samples.assertRefused(file, () -> Tiff.read(file));
        }
    }

    @Test
    void refusesFilesItMayNotRead() throws IOException {
        Path file = Samples.write(folder, "secret.npy", Samples.bytes(Samples.reference("u1.npy")));
        assertTrue(file.toFile().setReadable(false));
        assumeFalse(Files.isReadable(file), "this user may read everything");
        Samples.assertRefused(file, () -> Images.read(file), "permission denied");
    }

    @Test
    void refusesDevicesThatNeverEnd() {
        Path device = Path.of("/dev/zero");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(device), "there is no /dev/zero here");
        Samples.assertRefused(device, () -> Images.read(device), "regular file");
    }

    @Test
    void replacesAFileAndLeavesNothingElse() throws IOException {
        Path file = Samples.write(folder, "a.npy", new byte[] {1, 2, 3});
        Images.write(file, SMALL);
        Samples.assertSame(SMALL.data(), Images.read(file).data());
        assertEquals(List.of(file), list());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.nii", "a.nii.gz", "a.npy", "a.png", "a.tif"})
    void leavesTheOldFileWhenWritingFails(String name) throws IOException {
        byte[] before = {1, 2, 3};
        Path file = Samples.write(folder, name, before);
        Tensor closed = Tensor.allocate(DType.UINT8, Shape.of(2, 3));
        Image image = Image.of(closed);
        closed.close();
        assertThrows(ImageFormatException.class, () -> Images.write(file, image));
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of(file), list());
    }

    @Test
    void leavesNothingWhereWritingIsImpossible() throws IOException {
        Path nowhere = folder.resolve("no").resolve("a.png");
        Samples.assertRefused(nowhere, () -> Images.write(nowhere, SMALL), "no folder");
        Path directory = Files.createDirectory(folder.resolve("b.png"));
        Samples.assertRefused(directory, () -> Images.write(directory, SMALL), "directory");
        assertEquals(List.of(directory), list());
    }

    @Test
    void writesBesideARelativeName() throws IOException {
        Path file = Path.of("images-test-relative.npy");
        try {
            Images.write(file, SMALL);
            Samples.assertSame(SMALL.data(), Images.read(file).data());
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void failsWithTheLibrarysOwnException() {
        assertTrue(SegLossException.class.isAssignableFrom(ImageFormatException.class));
        assertEquals(
                "why",
                new ImageFormatException("what", new IOException("why")).getCause().getMessage());
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
