package io.github.segloss.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Pieces of page-locked memory, used in turns, through which other memory of the host is copied. While the device copies one piece the processor fills or
 * empties another; a piece is used again when the copy that it was last used for has ended. Guarded by the backend's lock.
 */
final class StagingRing {
    private final Driver driver;
    private final int count;
    private final long pieceBytes;
    private final List<MemorySegment> pieces = new ArrayList<>();
    private final List<Long> events = new ArrayList<>();
    private int next;

    /**
     * Creates a ring; its memory is allocated piece by piece when it is first needed.
     *
     * @param driver the device
     * @param count the number of pieces
     * @param pieceBytes the size of a piece
     */
    StagingRing(Driver driver, int count, long pieceBytes) {
        this.driver = driver;
        this.count = count;
        this.pieceBytes = pieceBytes;
    }

    long pieceBytes() {
        return pieceBytes;
    }

    /** Takes the piece after the last one, when what it was used for has ended. */
    private int take() {
        int index = next;
        if (index == pieces.size()) {
            long event = driver.newEvent();
            events.add(event);
            try {
                pieces.add(driver.allocatePinned(pieceBytes));
            } catch (RuntimeException e) {
                events.removeLast();
                driver.closeEvent(event);
                throw e;
            }
        } else {
            driver.awaitOnHost(events.get(index));
        }
        next = (next + 1) % count;
        return index;
    }

    /** Copies to the device: when this returns the source may be changed, though the last pieces may still be under way. */
    void upload(long stream, long target, MemorySegment source) {
        for (long done = 0; done < source.byteSize(); done += pieceBytes) {
            long bytes = Math.min(pieceBytes, source.byteSize() - done);
            int index = take();
            MemorySegment piece = pieces.get(index).asSlice(0, bytes);
            piece.copyFrom(source.asSlice(done, bytes));
            driver.upload(stream, target + done, piece);
            driver.record(events.get(index), stream);
        }
    }

    /** Copies to the host and waits for it. */
    void download(long stream, MemorySegment target, long source) {
        long size = target.byteSize();
        long ahead = (count - 1) * pieceBytes;
        long started = 0;
        List<Integer> open = new ArrayList<>();
        for (long done = 0; done < size; done += pieceBytes) {
            for (; started < size && started <= done + ahead; started += pieceBytes) {
                int index = take();
                MemorySegment piece =
                        pieces.get(index).asSlice(0, Math.min(pieceBytes, size - started));
                driver.download(stream, piece, source + started);
                driver.record(events.get(index), stream);
                open.add(index);
            }
            int index = open.removeFirst();
            driver.awaitOnHost(events.get(index));
            long bytes = Math.min(pieceBytes, size - done);
            target.asSlice(done, bytes).copyFrom(pieces.get(index).asSlice(0, bytes));
        }
    }

    /** Frees the pieces; no copy may be under way. */
    void close() {
        pieces.forEach(driver::freePinned);
        events.forEach(driver::closeEvent);
        pieces.clear();
        events.clear();
    }
}
