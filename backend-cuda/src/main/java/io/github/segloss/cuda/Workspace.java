package io.github.segloss.cuda;

import io.github.segloss.SegLossException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The device memory of an executable: buffers by name, which only grow and which one call after another uses, and one buffer of tables for each call whose
 * result has not been read. Guarded by the backend's lock.
 */
final class Workspace {
    /** A piece of device memory. */
    private record Piece(long address, long bytes) {}

    /**
     * The tables of one call.
     *
     * @param address where they are
     * @param bytes how much room there is
     */
    record Tables(long address, long bytes) {}

    private final CudaBackend backend;
    private final Map<String, Piece> pieces = new HashMap<>();
    private final Set<Tables> allTables = new HashSet<>();
    private final Deque<Tables> freeTables = new ArrayDeque<>();
    private boolean closed;

    Workspace(CudaBackend backend) {
        this.backend = backend;
    }

    /** The address of a buffer of at least so many bytes, zeroed when it is new if asked. */
    long address(String name, long bytes, boolean isZeroed) {
        Piece piece = pieces.get(name);
        if (piece == null || piece.bytes() < bytes) {
            if (piece != null) {
                pieces.remove(name);
                backend.driver().free(piece.address());
            }
            long size = Math.max(bytes, 1);
            piece = new Piece(backend.driver().allocate(size), size);
            pieces.put(name, piece);
            if (isZeroed) {
                backend.driver().clear(backend.stream(), piece.address(), size);
            }
        }
        return piece.address();
    }

    /** Zeroes a buffer again, after a call that may have left it otherwise. */
    void clear(String name) {
        Piece piece = pieces.get(name);
        if (piece != null) {
            backend.driver().clear(backend.stream(), piece.address(), piece.bytes());
        }
    }

    Tables takeTables(long bytes) {
        Tables tables = freeTables.poll();
        if (tables != null && tables.bytes() < bytes) {
            allTables.remove(tables);
            backend.driver().free(tables.address());
            tables = null;
        }
        if (tables == null) {
            long size = Math.max(bytes, 256);
            tables = new Tables(backend.driver().allocate(size), size);
            allTables.add(tables);
        }
        return tables;
    }

    void giveBack(Tables tables) {
        if (!closed) {
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
        pieces.values().forEach(piece -> backend.driver().free(piece.address()));
        allTables.forEach(tables -> backend.driver().free(tables.address()));
        pieces.clear();
        allTables.clear();
        freeTables.clear();
        return true;
    }
}
