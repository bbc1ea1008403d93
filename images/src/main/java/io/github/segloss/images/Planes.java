package io.github.segloss.images;

import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/**
 * An image seen as the pages of a picture file.
 *
 * @param data the samples, {@code [pages, channels, height, width]} in memory
 * @param pages the number of pictures
 * @param channels the samples a pixel
 * @param height rows
 * @param width columns
 */
record Planes(Tensor data, long pages, int channels, int height, int width) {

    /**
     * {@return an image as pages: with two spatial axes the axis before them counts channels, with three the first of them counts pages}
     *
     * @param file the file to be written, for messages
     * @param image the image, of two to four axes
     * @throws ImageFormatException if it has other axes or a page does not fit in one array
     */
    static Planes of(Path file, Image image) {
        Shape shape = image.data().shape();
        int rank = shape.rank();
        boolean hasChannels = image.spatialRank() == 2 && rank >= 3;
        int most = hasChannels ? 4 : 3;
        if (image.spatialRank() < 2 || rank > most) {
            throw ImageFormatException.writing(
                    file,
                    "the image has shape "
                            + shape
                            + " with "
                            + image.spatialRank()
                            + " spatial axes; a picture needs [height, width], [pages, height, width] or, with 2 spatial axes, [channels, height, width]");
        }
        long height = shape.size(rank - 2);
        long width = shape.size(rank - 1);
        long channels = hasChannels ? shape.size(rank - 3) : 1;
        long pages = rank == most ? shape.size(0) : 1;
        long samples =
                FileBytes.saturatedProduct(FileBytes.saturatedProduct(height, width), channels);
        if (samples > Integer.MAX_VALUE - 16) {
            throw ImageFormatException.writing(
                    file,
                    "a page of shape "
                            + shape
                            + " has "
                            + samples
                            + " samples; allowed are "
                            + (Integer.MAX_VALUE - 16));
        }
        return new Planes(image.data(), pages, (int) channels, (int) height, (int) width);
    }

    /** {@return one page with samples of a type of {@link java.awt.image.DataBuffer}} */
    BufferedImage image(long page, int sampleType) {
        long first = page * channels * height * width;
        return Rasters.image(data, first, channels, height, width, sampleType);
    }
}
