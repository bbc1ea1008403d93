package io.github.segloss.images;

/**
 * What a TIFF directory says about one page, as far as reading it needs.
 *
 * @param width columns
 * @param height rows
 * @param samples samples a pixel
 * @param stored the type of a sample
 * @param bits the bits of a sample
 * @param isPalette whether samples are indices of colours
 */
record TiffPage(
        long width, long height, int samples, StoredType stored, int bits, boolean isPalette) {

    /** {@return the channels of the tensor} */
    int channels() {
        return isPalette ? 3 : samples;
    }

    /** {@return the bytes of the page before compression} */
    long storedBytes() {
        return FileBytes.saturatedProduct(height, (width * samples * bits + 7) / 8);
    }
}
