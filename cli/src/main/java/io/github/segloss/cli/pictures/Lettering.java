package io.github.segloss.cli.pictures;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Text in pictures. On a machine without any font nothing is written: the page of the report says what the pictures show. */
final class Lettering {
    private static final int SIZE = 13;
    private static final int TITLE_SIZE = 16;
    private static final boolean HAS_FONTS = hasFonts();

    private Lettering() {}

    private static boolean hasFonts() {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            g.setFont(font(false));
            g.drawString("x", 0, 0);
            return g.getFontMetrics().stringWidth("x") > 0;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return false; // what a JDK throws without fontconfig or without fonts
        } finally {
            g.dispose();
        }
    }

    private static Font font(boolean isTitle) {
        return new Font(
                Font.SANS_SERIF, isTitle ? Font.BOLD : Font.PLAIN, isTitle ? TITLE_SIZE : SIZE);
    }

    static int width(Graphics2D g, String text) {
        return HAS_FONTS ? g.getFontMetrics(font(false)).stringWidth(text) : 0;
    }

    /** Writes a line whose top is at y. */
    static void write(Graphics2D g, String text, int x, int y, Color colour) {
        write(g, text, x, y, colour, false);
    }

    /** Writes a title whose top is at y. */
    static void title(Graphics2D g, String text, int x, int y) {
        write(g, text, x, y, Palette.INK, true);
    }

    private static void write(
            Graphics2D g, String text, int x, int y, Color colour, boolean isTitle) {
        if (!HAS_FONTS) {
            return;
        }
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(colour);
        g.setFont(font(isTitle));
        FontMetrics metrics = g.getFontMetrics();
        g.drawString(text, x, y + metrics.getAscent());
    }

    /** {@return as much of a text as fits into a width, with an ellipsis if that is not all} */
    static String fit(Graphics2D g, String text, int width) {
        String shown = text;
        while (shown.length() > 1 && width(g, shown) > width) {
            shown = shown.substring(0, shown.length() - 2) + "…";
        }
        return shown;
    }
}
