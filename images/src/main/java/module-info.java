/** Reading and writing NIfTI-1, NPY, PNG and TIFF files as tensors; start at {@link io.github.segloss.images.Images}. */
module io.github.segloss.images {
    requires transitive io.github.segloss;
    requires java.desktop;
    requires static transitive org.jspecify;

    exports io.github.segloss.images;
}
