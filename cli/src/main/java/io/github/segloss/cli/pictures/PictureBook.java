package io.github.segloss.cli.pictures;

import io.github.segloss.cli.judge.Judgement;
import io.github.segloss.cli.scene.Masks;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.Activation;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Draws the sheets of a judgement. */
public final class PictureBook {
    private static final int MOST_ROWS = 6;
    private static final int MOST_LEGEND_CLASSES = 16;

    private final Judgement judgement;
    private final Scene scene;
    private final Masks masks;
    private final BitSet errors;
    private final int sliceVoxels;
    private final int slices;

    private PictureBook(Judgement judgement) {
        this.judgement = judgement;
        this.scene = judgement.scene();
        this.masks = scene.masks();
        this.errors = masks.errors();
        this.slices = Plane.slices(scene.grid());
        this.sliceVoxels = scene.grid().voxels() / slices;
    }

    /**
     * {@return the sheets by name: slices or picture, and classes if there are several}
     *
     * @param judgement what is drawn
     */
    public static SequencedMap<String, BufferedImage> draw(Judgement judgement) {
        PictureBook book = new PictureBook(judgement);
        SequencedMap<String, BufferedImage> sheets = new LinkedHashMap<>();
        sheets.put(book.slices > 1 ? "slices" : "picture", book.slicesSheet().draw());
        if (judgement.foreground().size() > 1) {
            sheets.put("classes", book.classesSheet().draw());
        }
        return sheets;
    }

    // ---- the sheets

    private Sheet slicesSheet() {
        long[] scores = new long[slices];
        for (int k = 0; k < slices; k++) {
            scores[k] = count(errors, k);
        }
        List<Integer> chosen = Selection.slices(scores, MOST_ROWS);
        Sheet sheet =
                new Sheet(
                        slices > 1 ? "Slices with the most errors" : "Prediction against target",
                        slicesLegend(chosen));
        for (int slice : chosen) {
            Plane plane = Plane.of(scene.grid(), slice);
            int c = worstClass(slice);
            List<Panel> panels = new ArrayList<>();
            panels.add(new Panel("prediction", plane, this::predictionColour, null));
            panels.add(new Panel("target", plane, i -> classColour(masks.actual(), i), null));
            panels.add(new Panel("errors", plane, this::errorColour, null));
            panels.addAll(gradients(plane, c));
            String where = slices > 1 ? "slice " + slice + " of 0 to " + (slices - 1) + ": " : "";
            sheet.row(where + scores[slice] + " voxels wrong", panels);
        }
        return sheet;
    }

    private Sheet classesSheet() {
        long[] wrong = new long[masks.classes()];
        for (int c = masks.background(); c < wrong.length; c++) {
            wrong[c] = masks.errors(c).cardinality();
        }
        Legend legend = legend(false);
        Sheet sheet = new Sheet("Classes with the most errors, each in its worst slice", legend);
        for (int c : Selection.highest(wrong, MOST_ROWS)) {
            BitSet missed = masks.errors(c);
            long[] scores = new long[slices];
            for (int k = 0; k < slices; k++) {
                scores[k] = count(missed, k);
            }
            int slice = Selection.highest(scores, 1).getFirst();
            Plane plane = Plane.of(scene.grid(), slice);
            List<Panel> panels = new ArrayList<>();
            panels.add(
                    new Panel(
                            "prediction",
                            plane,
                            i -> maskColour(masks.predicted().get(c), i, c),
                            null));
            panels.add(
                    new Panel("target", plane, i -> maskColour(masks.actual().get(c), i, c), null));
            panels.add(new Panel("errors", plane, i -> errorColour(c, i), null));
            panels.addAll(gradients(plane, c));
            String where = slices > 1 ? ", slice " + slice : "";
            sheet.row(
                    "class "
                            + scene.labels().get(c)
                            + where
                            + ": "
                            + scores[slice]
                            + " of its "
                            + wrong[c]
                            + " wrong voxels",
                    panels);
        }
        return sheet;
    }

    private List<Panel> gradients(Plane plane, int c) {
        boolean hasOneChannel = scene.channels() == 1;
        long offset = hasOneChannel ? 0 : (long) c * scene.grid().voxels();
        String whose = hasOneChannel ? "" : ", class " + scene.labels().get(c);
        List<Panel> panels = new ArrayList<>();
        judgement
                .gradients()
                .forEach((loss, gradient) -> {
                    Pull pull = Pull.of(loss + whose, gradient, offset, plane);
                    panels.add(
                            new Panel(
                                    pull.caption(),
                                    plane,
                                    i -> Palette.diverging(pull.at(i)),
                                    masks.actual().get(c)));
                });
        return panels;
    }

    // ---- what is where

    private long count(BitSet mask, int slice) {
        return mask.get(slice * sliceVoxels, (slice + 1) * sliceVoxels).cardinality();
    }

    /** The foreground class with the most errors in a slice; where there are none, the largest of the target. */
    private int worstClass(int slice) {
        int worst = Math.max(masks.background(), masks.classes() > 1 ? masks.background() : 0);
        long most = -1;
        for (int c = masks.background(); c < masks.classes(); c++) {
            long score =
                    count(masks.errors(c), slice) * sliceVoxels
                            + count(masks.actual().get(c), slice);
            if (score > most) {
                most = score;
                worst = c;
            }
        }
        return worst;
    }

    // ---- colours

    private Color predictionColour(int voxel) {
        if (scene.channels() > 1) {
            return classColour(masks.predicted(), voxel);
        }
        double value = scene.prediction().doubleAt(voxel);
        return masks.valid().get(voxel)
                ? Palette.grey(
                        scene.activation() == Activation.SIGMOID
                                ? 1 / (1 + Math.exp(-value))
                                : value)
                : Palette.UNCOUNTED;
    }

    private Color classColour(List<BitSet> which, int voxel) {
        if (!masks.valid().get(voxel)) {
            return Palette.UNCOUNTED;
        }
        int c = masks.foregroundAt(which, voxel);
        boolean isBackground = c < masks.background();
        if (scene.channels() == 1) {
            return isBackground ? Color.BLACK : Color.WHITE;
        }
        return isBackground ? Palette.GROUND : Palette.ofClass(c);
    }

    private Color maskColour(BitSet mask, int voxel, int c) {
        return !masks.valid().get(voxel)
                ? Palette.UNCOUNTED
                : mask.get(voxel) ? Palette.ofClass(c) : Palette.GROUND;
    }

    private Color errorColour(int voxel) {
        if (!masks.valid().get(voxel)) {
            return Palette.UNCOUNTED;
        }
        boolean isPredicted = masks.foregroundAt(masks.predicted(), voxel) >= masks.background();
        boolean isActual = masks.foregroundAt(masks.actual(), voxel) >= masks.background();
        if (isPredicted && isActual) {
            return errors.get(voxel) ? Palette.CONFUSED : Palette.HIT;
        }
        return isPredicted ? Palette.INVENTED : isActual ? Palette.MISSED : Palette.GROUND;
    }

    private Color errorColour(int c, int voxel) {
        if (!masks.valid().get(voxel)) {
            return Palette.UNCOUNTED;
        }
        boolean isPredicted = masks.predicted().get(c).get(voxel);
        boolean isActual = masks.actual().get(c).get(voxel);
        if (isPredicted && isActual) {
            return Palette.HIT;
        }
        return isPredicted ? Palette.INVENTED : isActual ? Palette.MISSED : Palette.GROUND;
    }

    // ---- legends

    private Legend legend(boolean hasConfusions) {
        Legend legend = new Legend(!judgement.gradients().isEmpty());
        legend.add(Palette.HIT, "true positive");
        legend.add(Palette.INVENTED, "false positive (prediction only)");
        legend.add(Palette.MISSED, "false negative (target only)");
        if (hasConfusions) {
            legend.add(Palette.CONFUSED, "wrong class");
        }
        if (masks.valid().cardinality() < masks.voxels()) {
            legend.add(Palette.UNCOUNTED, "does not count");
        }
        return legend;
    }

    private Legend slicesLegend(List<Integer> chosen) {
        boolean hasClasses = masks.classes() - masks.background() > 1;
        Legend legend = legend(hasClasses);
        if (hasClasses) {
            long[] sizes = new long[masks.classes()];
            for (int c = masks.background(); c < sizes.length; c++) {
                for (int slice : chosen) {
                    sizes[c] +=
                            count(masks.actual().get(c), slice)
                                    + count(masks.predicted().get(c), slice);
                }
            }
            TreeMap<Integer, Long> shown = new TreeMap<>();
            Selection.highest(sizes, MOST_LEGEND_CLASSES)
                    .forEach(c -> shown.put(c, scene.labels().get(c)));
            shown.forEach((c, label) -> legend.add(Palette.ofClass(c), "class " + label));
        }
        return legend;
    }
}
