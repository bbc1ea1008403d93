package io.github.segloss.cli.pictures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.BitSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One picture of a sheet.
 *
 * @param caption what it shows
 * @param plane the slice
 * @param colour the colour of each voxel
 * @param outline voxels whose outline is drawn on top; null for none
 */
record Panel(String caption, Plane plane, IntFunction<Color> colour, @Nullable BitSet outline) {

    BufferedImage draw() {
        int width = plane.pictureWidth();
        int height = plane.pictureHeight();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            int row = Math.min(plane.height() - 1, (int) (y / plane.rowPixels()));
            for (int x = 0; x < width; x++) {
                int column = Math.min(plane.width() - 1, (int) (x / plane.columnPixels()));
                image.setRGB(x, y, colour.apply(plane.voxel(column, row)).getRGB());
            }
        }
        if (outline != null) {
            drawOutline(image, outline);
        }
        return image;
    }

    private void drawOutline(BufferedImage image, BitSet mask) {
        Graphics2D g = image.createGraphics();
        g.setColor(Color.BLACK);
        for (int row = 0; row < plane.height(); row++) {
            for (int column = 0; column < plane.width(); column++) {
                boolean isInside = mask.get(plane.voxel(column, row));
                int left = (int) Math.round(column * plane.columnPixels());
                int top = (int) Math.round(row * plane.rowPixels());
                int right = (int) Math.round((column + 1) * plane.columnPixels());
                int bottom = (int) Math.round((row + 1) * plane.rowPixels());
                if (column + 1 < plane.width()
                        && isInside != mask.get(plane.voxel(column + 1, row))) {
                    g.drawLine(right, top, right, bottom);
                }
                if (row + 1 < plane.height()
                        && isInside != mask.get(plane.voxel(column, row + 1))) {
                    g.drawLine(left, bottom, right, bottom);
                }
            }
        }
        g.dispose();
    }
}
