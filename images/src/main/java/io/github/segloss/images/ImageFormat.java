package io.github.segloss.images;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The file formats that {@link Images} reads and writes, with the endings of their names. */
public enum ImageFormat {
    /** NIfTI-1, plain or gzip: medical volumes with spacing and affine; see {@link Nifti}. */
    NIFTI(".nii", ".nii.gz"),
    /** NumPy's array file; see {@link Npy}. */
    NPY(".npy"),
    /** Portable Network Graphics, 8 or 16 bits a sample; see {@link Png}. */
    PNG(".png"),
    /** Tagged Image File Format, one or more pages; see {@link Tiff}. */
    TIFF(".tif", ".tiff");

    private final List<String> extensions;

    ImageFormat(String... extensions) {
        this.extensions = List.of(extensions);
    }

    /** {@return the endings of the names of such files, with the dot, in lower case} */
    public List<String> extensions() {
        return extensions;
    }

    /**
     * {@return the format that the ending of a file's name stands for, whatever its case; empty if it stands for none}
     *
     * @param file the file, which need not exist
     */
    public static Optional<ImageFormat> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.extensions.stream().anyMatch(name::endsWith))
                .findFirst();
    }

    /** {@return all endings, for messages} */
    static String allExtensions() {
        return Arrays.stream(values())
                .flatMap(format -> format.extensions.stream())
                .collect(Collectors.joining(", "));
    }
}
