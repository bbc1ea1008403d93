package io.github.segloss.images;

import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;

/**
 * Carries samples between ImageIO's images (channels side by side) and tensors (one plane a channel). Samples are copied as they are stored: no colour
 * space, gamma or scaling is applied.
 */
final class Rasters {
    private Rasters() {}

    /** {@return the JDK's reader of a format, whatever plug-ins are on the path: the same file must give the same tensor everywhere} */
    static ImageReader reader(String format) {
        return ofJdk(ImageIO.getImageReadersByFormatName(format), format);
    }

    /** {@return the JDK's writer of a format} */
    static ImageWriter writer(String format) {
        return ofJdk(ImageIO.getImageWritersByFormatName(format), format);
    }

    private static <T> T ofJdk(Iterator<T> plugins, String format) {
        while (plugins.hasNext()) {
            T plugin = plugins.next();
            if (plugin.getClass().getModule() == ImageIO.class.getModule()) {
                return plugin;
            }
        }
        throw new ImageFormatException(
                "this Java installation has no ImageIO plug-in for "
                        + format
                        + "; a JDK with the whole java.desktop is needed");
    }

    /**
     * Checks that ImageIO can hold an image, which has to fit in one array.
     *
     * @throws ImageFormatException if it does not
     */
    static void requireOneArray(Path file, long width, long height, int channels) {
        if (height > (Integer.MAX_VALUE - 16) / channels / width) {
            throw ImageFormatException.reading(
                    file,
                    "its size is "
                            + width
                            + " x "
                            + height
                            + " with "
                            + channels
                            + " channels; allowed are "
                            + (Integer.MAX_VALUE - 16)
                            + " samples");
        }
    }

    /**
     * Copies an image into a tensor as {@code [channels, height, width]}.
     *
     * @param file the file, for messages
     * @param image the image, whose channels beyond those wanted are left out
     * @param channels the channels wanted
     * @param expandsPalette whether indices are to be replaced by the colours of the palette
     * @param target a tensor
     * @param first the element of the tensor that receives the first sample
     */
    static void copy(
            Path file,
            BufferedImage image,
            int channels,
            boolean expandsPalette,
            Tensor target,
            long first) {
        Raster raster = image.getRaster();
        if (!expandsPalette && raster.getNumBands() < channels) {
            throw ImageFormatException.reading(
                    file,
                    "it has "
                            + raster.getNumBands()
                            + " channels, but its header claims "
                            + channels);
        }
        // getSamples counts in the raster's own coordinates, which need not start at 0.
        int left = raster.getMinX();
        int width = raster.getWidth();
        boolean isUnsignedInt = target.dtype() == DType.INT64;
        double[] row = new double[width];
        long at = first;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < raster.getHeight(); y++) {
                raster.getSamples(
                        left, raster.getMinY() + y, width, 1, expandsPalette ? 0 : channel, row);
                if (expandsPalette) {
                    expand(row, palette(image.getColorModel(), channel));
                }
                for (double value : row) {
                    target.set(at++, isUnsignedInt && value < 0 ? value + 0x1p32 : value);
                }
            }
        }
    }

    private static void expand(double[] row, IntUnaryOperator palette) {
        for (int x = 0; x < row.length; x++) {
            row[x] = palette.applyAsInt((int) row[x]);
        }
    }

    private static IntUnaryOperator palette(ColorModel model, int channel) {
        IndexColorModel colours = (IndexColorModel) model;
        return switch (channel) {
            case 0 -> colours::getRed;
            case 1 -> colours::getGreen;
            case 2 -> colours::getBlue;
            default -> colours::getAlpha;
        };
    }

    /**
     * {@return an image with the samples of a tensor's {@code [channels, height, width]}}
     *
     * @param source the tensor
     * @param first the element that is the first sample
     * @param channels 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
     * @param height rows
     * @param width columns
     * @param sampleType a type of {@link DataBuffer}
     */
    static BufferedImage image(
            Tensor source, long first, int channels, int height, int width, int sampleType) {
        int[] offsets = new int[channels];
        for (int channel = 0; channel < channels; channel++) {
            offsets[channel] = channel;
        }
        WritableRaster raster =
                Raster.createWritableRaster(
                        new PixelInterleavedSampleModel(
                                sampleType, width, height, channels, width * channels, offsets),
                        null);
        double[] row = new double[width];
        long at = first;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    row[x] = source.doubleAt(at++);
                }
                raster.setSamples(0, y, width, 1, channel, row);
            }
        }
        boolean hasAlpha = channels % 2 == 0;
        ColorModel model =
                new ComponentColorModel(
                        ColorSpace.getInstance(
                                channels < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                        hasAlpha,
                        false,
                        hasAlpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                        sampleType);
        return new BufferedImage(model, raster, false, null);
    }

    /** {@return whether every element of an integer tensor is an unsigned 16-bit number} */
    static boolean fitsUnsignedShort(Tensor data) {
        for (long i = 0; i < data.shape().elements(); i++) {
            long value = data.longAt(i);
            if (value < 0 || value > 0xFFFF) {
                return false;
            }
        }
        return true;
    }
}
