package io.github.segloss.cpu;

import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.graph.Axes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arrays of a workspace, shared by values that are not needed at the same time. A value takes an array of its kind that is free; one that the same step
 * reads for the last time counts as free if the step is elementwise.
 */
final class BlasBuffers {
    /**
     * One array of the workspace.
     *
     * @param element how its elements are stored
     * @param extent how many there are
     */
    record Buffer(BlasElement element, Axes extent) {
        static Buffer of(OfArray array) {
            return new Buffer(array.element(), array.extent());
        }
    }

    private final List<Buffer> buffers = new ArrayList<>();
    private final Map<Buffer, Deque<Integer>> free = new HashMap<>();
    private final int[] bufferOf;
    private final int[] lastUse;

    /**
     * Assigns the arrays.
     *
     * @param steps the steps in order
     * @param values the number of values
     */
    BlasBuffers(List<BlasStep> steps, int values) {
        bufferOf = new int[values];
        lastUse = new int[values];
        Arrays.fill(lastUse, -1);
        for (int i = 0; i < steps.size(); i++) {
            for (OfArray array : arrays(steps.get(i).reads())) {
                lastUse[array.value()] = i;
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            assign(i, steps.get(i));
        }
    }

    private static List<OfArray> arrays(List<BlasSource> sources) {
        return sources.stream()
                .filter(OfArray.class::isInstance)
                .map(OfArray.class::cast)
                .distinct()
                .toList();
    }

    private void assign(int number, BlasStep step) {
        List<OfArray> dying =
                arrays(step.reads()).stream()
                        .filter(array -> lastUse[array.value()] == number)
                        .toList();
        if (step.isElementwise()) {
            dying.forEach(this::release);
        }
        for (OfArray array : arrays(step.writes())) {
            Deque<Integer> idle = idle(Buffer.of(array));
            if (idle.isEmpty()) {
                idle.push(buffers.size());
                buffers.add(Buffer.of(array));
            }
            bufferOf[array.value()] = idle.pop();
        }
        if (!step.isElementwise()) {
            dying.forEach(this::release);
        }
    }

    private Deque<Integer> idle(Buffer kind) {
        return free.computeIfAbsent(kind, _ -> new ArrayDeque<>());
    }

    private void release(OfArray array) {
        idle(Buffer.of(array)).push(bufferOf[array.value()]);
    }

    List<Buffer> all() {
        return List.copyOf(buffers);
    }

    /** The number of the buffer that holds a value. */
    int of(OfArray array) {
        return bufferOf[array.value()];
    }
}
