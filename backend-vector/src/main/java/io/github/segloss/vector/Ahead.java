package io.github.segloss.vector;

import io.github.segloss.vector.MemorySteps.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors that a step touches one tile ahead. Most steps wait for the nearest cache and would wait for memory just as well; one that is busy with arithmetic can
 * have memory read meanwhile, also where results will be written.
 */
final class Ahead {
    /** More are not worth their instructions. */
    private static final int MOST = 2;

    private record Planes(int slot, Layout layout) {}

    private final List<Planes> tensors = new ArrayList<>();
    private final int tile;

    /**
     * Touches nothing yet.
     *
     * @param tile the pixels of a tile
     */
    Ahead(int tile) {
        this.tile = tile;
    }

    /** Adds a tensor of float32 with as many planes as the step has rows. */
    void add(int slot, Layout layout) {
        if (tensors.size() < MOST) {
            tensors.add(new Planes(slot, layout));
        }
    }

    /** {@return the array of a tensor; that of the frame, which is near anyway, if there is none} */
    float[] array(Frame f, int number) {
        float[] array = number < tensors.size() ? f.array(tensors.get(number).slot()) : f.floats;
        return array.length == 0 ? f.floats : array;
    }

    /** {@return where the next tile begins in that array} */
    int index(Frame f, int number, float[] array) {
        if (array == f.floats) {
            return 0;
        }
        Planes planes = tensors.get(number);
        return f.index(planes.slot(), planes.layout().plane(f.sample, 0)) + tile;
    }

    /** {@return how far apart the planes of the arrays are; 0 if all are that of the frame: many planes of other memory are more than an index can count} */
    int plane(Frame f, float[] x, float[] y) {
        return x == f.floats && y == f.floats ? 0 : f.workspace.pixels;
    }
}
