package io.github.segloss.cpu;

import io.github.segloss.backend.Arguments;
import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.cpu.BlasSource.OfTable;
import io.github.segloss.cpu.BlasSource.OfTensor;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.ValueType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Reads and writes the tables, tensors and arrays of one run, a tile at a time, as float64. */
final class BlasData {
    private final Arguments arguments;
    private final Tables tables;
    private final BlasWorkspace workspace;
    private final int pixels;

    BlasData(Arguments arguments, Tables tables, BlasWorkspace workspace, int pixels) {
        this.arguments = arguments;
        this.tables = tables;
        this.workspace = workspace;
        this.pixels = pixels;
    }

    /** The position of a pixel in an array or tensor of some extent. */
    private long position(Axes extent, int sample, int klass, int start) {
        return (long) tables.index(extent, sample, klass) * pixels + start;
    }

    /** Loads pixels as float64, at most a tile. */
    void load(
            BlasSource source,
            int sample,
            int klass,
            int start,
            int n,
            double[] to,
            BlasScratch s) {
        switch (source) {
            case OfTable(Node node) -> {
                double value = tables.at(node, sample, klass);
                boolean isTrue = node.type() == ValueType.BOOL && value != 0;
                Arrays.fill(to, 0, n, isTrue ? 1 : value);
            }
            case OfTensor(String name, Axes extent) ->
                    s.rows.read(
                            arguments.tensor(name),
                            position(extent, sample, klass, start),
                            to,
                            0,
                            n);
            case OfArray array -> {
                long at = address(array, sample, klass, start);
                MemorySegment block = workspace.block();
                switch (array.element()) {
                    case FLAG -> {
                        MemorySegment.copy(block, ValueLayout.JAVA_BYTE, at, s.flags, 0, n);
                        for (int i = 0; i < n; i++) to[i] = s.flags[i];
                    }
                    case SINGLE -> {
                        MemorySegment.copy(block, ValueLayout.JAVA_FLOAT, at, s.singles, 0, n);
                        for (int i = 0; i < n; i++) to[i] = s.singles[i];
                    }
                    case DOUBLE -> MemorySegment.copy(block, ValueLayout.JAVA_DOUBLE, at, to, 0, n);
                }
            }
        }
    }

    /** Stores pixels, at most a tile, rounded to what the target holds. */
    void store(
            double[] from,
            BlasSource target,
            int sample,
            int klass,
            int start,
            int n,
            BlasScratch s) {
        switch (target) {
            case OfTable(Node node) -> throw new IllegalStateException("not pixels: " + node);
            case OfTensor(String name, Axes extent) ->
                    s.rows.write(
                            arguments.tensor(name),
                            position(extent, sample, klass, start),
                            from,
                            0,
                            1,
                            n,
                            arguments.accumulates());
            case OfArray array -> {
                long at = address(array, sample, klass, start);
                MemorySegment block = workspace.block();
                switch (array.element()) {
                    case FLAG -> {
                        for (int i = 0; i < n; i++) s.flags[i] = (byte) (from[i] != 0 ? 1 : 0);
                        MemorySegment.copy(s.flags, 0, block, ValueLayout.JAVA_BYTE, at, n);
                    }
                    case SINGLE -> {
                        for (int i = 0; i < n; i++) s.singles[i] = (float) from[i];
                        MemorySegment.copy(s.singles, 0, block, ValueLayout.JAVA_FLOAT, at, n);
                    }
                    case DOUBLE ->
                            MemorySegment.copy(from, 0, block, ValueLayout.JAVA_DOUBLE, at, n);
                }
            }
        }
    }

    /** Where in the block of the workspace a pixel of an array is. */
    long address(OfArray array, int sample, int klass, int start) {
        return workspace.offset(array)
                + position(array.extent(), sample, klass, start) * array.element().bytes();
    }

    /** Loads all pixels of one sample and class. */
    void loadPlane(
            BlasSource source, int sample, int klass, double[] to, int offset, BlasScratch s) {
        for (int start = 0; start < pixels; start += BlasScratch.TILE) {
            int n = Math.min(BlasScratch.TILE, pixels - start);
            load(source, sample, klass, start, n, s.a, s);
            System.arraycopy(s.a, 0, to, offset + start, n);
        }
    }

    /** Stores all pixels of one sample and class. */
    void storePlane(
            double[] from, int offset, BlasSource target, int sample, int klass, BlasScratch s) {
        for (int start = 0; start < pixels; start += BlasScratch.TILE) {
            int n = Math.min(BlasScratch.TILE, pixels - start);
            System.arraycopy(from, offset + start, s.a, 0, n);
            store(s.a, target, sample, klass, start, n, s);
        }
    }
}
