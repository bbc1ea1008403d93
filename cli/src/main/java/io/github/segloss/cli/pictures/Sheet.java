package io.github.segloss.cli.pictures;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** A contact sheet: rows of panels with captions, a title and a legend. */
final class Sheet {
    private static final int MARGIN = 20;
    private static final int GAP = 12;
    private static final int CAPTION = 20;
    private static final int HEADING = 26;
    private static final int TITLE = 34;

    private record Row(String heading, List<Panel> panels) {}

    private final String title;
    private final Legend legend;
    private final List<Row> rows = new ArrayList<>();

    Sheet(String title, Legend legend) {
        this.title = title;
        this.legend = legend;
    }

    void row(String heading, List<Panel> panels) {
        rows.add(new Row(heading, panels));
    }

    BufferedImage draw() {
        BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D measure = probe.createGraphics();
        int width = MARGIN * 2;
        for (Row row : rows) {
            int needed = MARGIN * 2 - GAP;
            for (Panel panel : row.panels()) {
                needed += panel.plane().pictureWidth() + GAP;
            }
            width = Math.max(width, needed);
        }
        width = Math.max(width, 760);
        int legendHeight = legend.draw(measure, 0, 0, width - 2 * MARGIN, false);
        int height = MARGIN * 2 + TITLE + legendHeight;
        for (Row row : rows) {
            height += rowHeight(row);
        }
        measure.dispose();

        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Palette.PAPER);
        g.fillRect(0, 0, width, height);
        Lettering.title(g, title, MARGIN, MARGIN - 4);
        legend.draw(g, MARGIN, MARGIN + TITLE - 6, width - 2 * MARGIN, true);
        int y = MARGIN + TITLE + legendHeight;
        for (Row row : rows) {
            draw(g, row, y);
            y += rowHeight(row);
        }
        g.dispose();
        return image;
    }

    private static int rowHeight(Row row) {
        return HEADING
                + CAPTION
                + row.panels().stream().mapToInt(p -> p.plane().pictureHeight()).max().orElse(0)
                + GAP;
    }

    private static void draw(Graphics2D g, Row row, int top) {
        Lettering.write(g, row.heading(), MARGIN, top + 4, Palette.INK);
        int x = MARGIN;
        for (Panel panel : row.panels()) {
            int width = panel.plane().pictureWidth();
            Lettering.write(
                    g,
                    Lettering.fit(g, panel.caption(), width + GAP - 4),
                    x,
                    top + HEADING,
                    Palette.FAINT);
            g.drawImage(panel.draw(), x, top + HEADING + CAPTION, null);
            g.setColor(Palette.FRAME);
            g.drawRect(
                    x - 1,
                    top + HEADING + CAPTION - 1,
                    width + 1,
                    panel.plane().pictureHeight() + 1);
            x += width + GAP;
        }
    }
}
