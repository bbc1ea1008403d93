package io.github.segloss.cli.pictures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;

/** Says what the colours of a sheet mean: boxes with a word each, and the scale of the gradients. */
final class Legend {
    static final int LINE = 24;
    private static final int BOX = 14;
    private static final int GAP = 18;
    private static final int SCALE = 120;

    private record Entry(Color colour, String text) {}

    private final List<Entry> entries = new ArrayList<>();
    private final boolean hasScale;

    Legend(boolean hasScale) {
        this.hasScale = hasScale;
    }

    void add(Color colour, String text) {
        entries.add(new Entry(colour, text));
    }

    /** Draws it into a width; returns the height that it takes. With null only the height is found out. */
    int draw(Graphics2D g, int x, int y, int width, boolean isVisible) {
        int at = x;
        int line = y;
        for (Entry entry : entries) {
            int needed = BOX + 6 + Lettering.width(g, entry.text()) + GAP;
            if (at > x && at + needed > x + width) {
                at = x;
                line += LINE;
            }
            if (isVisible) {
                g.setColor(entry.colour());
                g.fillRect(at, line + 2, BOX, BOX);
                Lettering.write(g, entry.text(), at + BOX + 6, line, Palette.INK);
            }
            at += needed;
        }
        line += entries.isEmpty() ? 0 : LINE;
        if (hasScale) {
            drawScale(g, x, line, isVisible);
            line += LINE;
        }
        return line - y;
    }

    private static void drawScale(Graphics2D g, int x, int y, boolean isVisible) {
        if (!isVisible) {
            return;
        }
        String before = "gradient: a step of descent lowers";
        int start = x + Lettering.width(g, before) + 8;
        Lettering.write(g, before, x, y, Palette.INK);
        for (int i = 0; i < SCALE; i++) {
            g.setColor(Palette.diverging(2.0 * i / (SCALE - 1) - 1));
            g.fillRect(start + i, y + 2, 1, BOX);
        }
        g.setColor(Palette.FAINT);
        g.drawRect(start, y + 2, SCALE, BOX);
        Lettering.write(
                g,
                "raises the prediction, between the limits above each picture; black line: outline in the target",
                start + SCALE + 8,
                y,
                Palette.INK);
    }
}
