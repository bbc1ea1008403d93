package io.github.segloss.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of floats in memory outside the heap, each of which begins a line of the cache. A vector of an array of the heap lies across two lines more often than
 * not, which slows down loops that do little but read and write.
 *
 * <p>Positions in rows are in bytes and long: of a product of an index the JVM would check the bounds in every round.
 */
final class Rows {
    /** How many bytes a vector has. */
    static final int STEP = Lanes.COUNT * Float.BYTES;

    /** A line of the cache, and the longest vector. */
    private static final int LINE = 64;

    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final Class<?> TYPE = Arena.global().allocate(LINE).getClass();

    private Rows() {}

    /** {@return zeros, for as long as somebody can reach them} */
    static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, LINE);
    }

    /**
     * {@return the rows, of which the JVM knows the type from here on}
     *
     * <p>Else it has to guess it by what segments the Vector API has met anywhere in the program, and with three types of them it puts every vector into a box.
     */
    static MemorySegment known(MemorySegment rows) {
        if (rows.getClass() != TYPE) {
            throw new IllegalArgumentException("not rows, but " + rows);
        }
        return rows;
    }

    /** {@return the vector at a position} */
    static FloatVector at(MemorySegment r, long at) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, known(r), at, ORDER);
    }

    /** {@return the half of a vector at a position} */
    static FloatVector halfAt(MemorySegment r, long at) {
        return FloatVector.fromMemorySegment(Lanes.HALF_FLOATS, known(r), at, ORDER);
    }

    /** Writes a vector to a position. */
    static void put(FloatVector vector, MemorySegment r, long at) {
        vector.intoMemorySegment(known(r), at, ORDER);
    }

    /** {@return the number at a position} */
    static float get(MemorySegment r, long at) {
        return r.get(ValueLayout.JAVA_FLOAT, at);
    }

    /** Writes a number to a position. */
    static void set(MemorySegment r, long at, float value) {
        r.set(ValueLayout.JAVA_FLOAT, at, value);
    }

    /** Fills what lies between two positions. */
    static void fill(MemorySegment r, long from, long to, float value) {
        for (long at = from; at < to; at += Float.BYTES) {
            set(r, at, value);
        }
    }

    /** Reads numbers. */
    static void read(MemorySegment r, long from, float[] to, int count) {
        MemorySegment.copy(r, ValueLayout.JAVA_FLOAT, from, to, 0, count);
    }

    /** Writes numbers. */
    static void write(float[] from, MemorySegment r, long to, int count) {
        MemorySegment.copy(from, 0, r, ValueLayout.JAVA_FLOAT, to, count);
    }
}
