package io.github.segloss.cli.pictures;

import java.awt.Color;

/** The colours; those of the errors are told apart with any colour vision (Okabe and Ito 2008). */
final class Palette {
    static final Color PAPER = Color.WHITE;
    static final Color INK = new Color(34, 34, 34);
    static final Color FAINT = new Color(110, 110, 110);
    static final Color FRAME = new Color(190, 190, 190);
    static final Color GROUND = new Color(24, 24, 28);
    static final Color UNCOUNTED = new Color(88, 88, 96);
    static final Color HIT = new Color(0, 158, 115);
    static final Color INVENTED = new Color(230, 95, 0);
    static final Color MISSED = new Color(86, 180, 233);
    static final Color CONFUSED = new Color(240, 228, 66);

    private static final Color LOWERED = new Color(24, 78, 160);
    private static final Color RAISED = new Color(178, 24, 43);
    private static final double GOLDEN_RATIO = 0.618033988749895;

    private Palette() {}

    /** {@return the colour of a foreground class} */
    static Color ofClass(int c) {
        float hue = (float) (0.62 + c * GOLDEN_RATIO);
        return Color.getHSBColor(hue, c % 3 == 1 ? 0.85f : 0.6f, c % 2 == 0 ? 0.95f : 0.78f);
    }

    /** {@return the grey of a number from 0 to 1} */
    static Color grey(double value) {
        int level = (int) Math.round(255 * Math.clamp(value, 0, 1));
        return new Color(level, level, level);
    }

    /** {@return blue for -1, white for 0, red for 1} */
    static Color diverging(double value) {
        double t = Math.clamp(value, -1, 1);
        Color end = t < 0 ? LOWERED : RAISED;
        double part = Math.abs(t);
        return new Color(
                mix(PAPER.getRed(), end.getRed(), part),
                mix(PAPER.getGreen(), end.getGreen(), part),
                mix(PAPER.getBlue(), end.getBlue(), part));
    }

    private static int mix(int from, int to, double part) {
        return (int) Math.round(from + (to - from) * part);
    }
}
