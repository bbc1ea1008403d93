package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The device memory of an executable: buffers by name, which only grow and which one call after another uses, and one buffer of tables for each call whose
 * result has not been read. Guarded by the backend's lock.
 */
final class Workspace {
    /** A piece of device memory. */
    private record Piece(long address, long bytes) {}

    /** The tables of one call: where they are, how much room there is, and what stands in their first part, which is copied from the host. */
    static final class Tables {
        private final long address;
        private final long bytes;
        private double[] inputs = {};

        private Tables(long address, long bytes) {
            this.address = address;
            this.bytes = bytes;
        }

        long address() {
            return address;
        }

        /** Whether the first part has to be copied again. */
        boolean differFrom(double[] wanted) {
            return !Arrays.equals(inputs, wanted);
        }

        void copied(double[] wanted) {
            inputs = wanted.clone();
        }
    }

    private static final long TABLE_ALIGNMENT = 256;
    private static final long TABLE_CHUNK = 256 << 10;

    private final CudaBackend backend;
    private final Map<String, Piece> pieces = new HashMap<>();
    private final List<Long> chunks = new ArrayList<>();
    private final Deque<Tables> freeTables = new ArrayDeque<>();
    private long tableBytes;
    private boolean closed;

    Workspace(CudaBackend backend) {
        this.backend = backend;
    }

    /** The address of a buffer of at least so many bytes, zeroed on a stream when it is new if asked. */
    long address(String name, long bytes, boolean isZeroed, long stream) {
        Piece piece = pieces.get(name);
        if (piece == null || piece.bytes() < bytes) {
            if (piece != null) {
                pieces.remove(name);
                backend.free(piece.address());
            }
            long size = Math.max(bytes, 1);
            piece = new Piece(backend.driver().allocate(size), size);
            pieces.put(name, piece);
            if (isZeroed) {
                backend.driver().clear(stream, piece.address(), size);
            }
        }
        return piece.address();
    }

    /** Zeroes a buffer again, after a call that may have left it otherwise. */
    void clear(String name, long stream) {
        Piece piece = pieces.get(name);
        if (piece != null) {
            backend.driver().clear(stream, piece.address(), piece.bytes());
        }
    }

    /** Tables of at least so many bytes. Many are allocated at once: results that nobody reads keep theirs until they are collected. */
    Tables takeTables(long bytes) {
        long needed = Math.max(bytes, 1); // a program without tables has one all the same
        if (needed > tableBytes) {
            tableBytes = Launch.divideUp(needed, TABLE_ALIGNMENT) * TABLE_ALIGNMENT;
            freeTables.clear(); // too small for the calls of now; freed with the executable
        }
        if (freeTables.isEmpty()) {
            long count = Math.clamp(TABLE_CHUNK / tableBytes, 1, 64);
            long chunk = backend.driver().allocate(count * tableBytes);
            chunks.add(chunk);
            for (long k = 0; k < count; k++) {
                freeTables.push(new Tables(chunk + k * tableBytes, tableBytes));
            }
        }
        return freeTables.pop();
    }

    void giveBack(Tables tables) {
        if (!closed && tables.bytes == tableBytes) {
            freeTables.push(tables);
        }
    }

    void requireOpen() {
        if (closed) {
            throw new SegLossException("the executable was closed and cannot be used any more");
        }
    }

    boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        pieces.values().forEach(piece -> backend.free(piece.address()));
        chunks.forEach(backend::free);
        pieces.clear();
        chunks.clear();
        freeTables.clear();
        return true;
    }
}
