package io.github.segloss.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.cli.scene.Grid;
import io.github.segloss.images.Affine;
import io.github.segloss.tensor.Tensor;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is shown, where and in which colour. */
class PicturesTest {
    @Test
    void theWorstSlicesAreShownInOrderAndSomeDistanceApart() {
        long[] errors = new long[40];
        errors[20] = 100;
        errors[21] = 99;
        errors[5] = 50;
        errors[30] = 1;
        assertEquals(List.of(5, 20), Selection.slices(errors, 2));
        assertEquals(List.of(5, 20, 30), Selection.slices(errors, 6));
        assertEquals(List.of(0), Selection.slices(new long[4], 6), "without errors one slice");
    }

    @Test
    void aVolumeIsShownFrontUpAndRightToTheLeft() {
        long[] space = {2, 3, 4};
        double[] spacing = {1, 1, 1};
        Affine toTheRightAndFront = Affine.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
        Affine toTheLeftAndBack = Affine.of(-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0);
        Affine sideways = Affine.of(0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0);
        assertEquals(23, Plane.of(new Grid(space, spacing, toTheRightAndFront), 1).voxel(0, 0));
        assertEquals(12, Plane.of(new Grid(space, spacing, toTheLeftAndBack), 1).voxel(0, 0));
        assertEquals(12, Plane.of(new Grid(space, spacing, sideways), 1).voxel(0, 0));
        assertEquals(12 + 6, Plane.of(new Grid(space, spacing, null), 1).voxel(2, 1));
    }

    @Test
    void pixelsHaveTheProportionsOfTheSpacing() {
        Plane plane = Plane.of(new Grid(new long[] {10, 50, 50}, new double[] {5, 2, 1}, null), 0);
        assertEquals(2 * plane.pictureWidth(), plane.pictureHeight());
        assertTrue(plane.pictureHeight() >= 300);
        Plane large = Plane.of(new Grid(new long[] {4000, 3000}, new double[] {1, 1}, null), 0);
        assertEquals(1024, large.pictureHeight());
        Plane line = Plane.of(new Grid(new long[] {100}, new double[] {1}, null), 0);
        assertEquals(300, line.pictureWidth());
        assertEquals(40, line.pictureHeight());
    }

    @Test
    void descentIsRedWhereItRaisesThePrediction() {
        Plane plane = Plane.of(new Grid(new long[] {1, 4}, new double[] {1, 1}, null), 0);
        Tensor gradient = Tensor.wrap(new double[] {-2, 0, 1, 2}, 4);
        Pull pull = Pull.of("dice", gradient, 0, plane);
        assertEquals(1, pull.at(0));
        assertEquals(0, Math.abs(pull.at(1)));
        assertEquals(-0.5, pull.at(2));
        assertFalse(pull.isClipped());
        Color raised = Palette.diverging(pull.at(0));
        Color lowered = Palette.diverging(pull.at(3));
        assertTrue(raised.getRed() > raised.getBlue());
        assertTrue(lowered.getBlue() > lowered.getRed());
        assertEquals(Color.WHITE, Palette.diverging(pull.at(1)));
    }

    @Test
    void aFewExtremePixelsDoNotHideTheOthers() {
        double[] values = new double[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == 7 ? 1e6 : 1;
        }
        Plane plane = Plane.of(new Grid(new long[] {1, 1000}, new double[] {1, 1}, null), 0);
        Pull pull = Pull.of("bce", Tensor.wrap(values, 1000), 0, plane);
        assertEquals(20, pull.limit());
        assertTrue(pull.isClipped());
        assertTrue(pull.caption().contains("clipped"), pull.caption());
        Pull none = Pull.of("bce", Tensor.wrap(new double[1000], 1000), 0, plane);
        assertEquals(0, none.at(3), 0.0);
        assertTrue(none.caption().contains("no gradient"), none.caption());
    }
}
