package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The streams of an emulated device. Nothing on a stream happens before something waits for it: on the host, or in another stream that is waited for. */
final class EmulatedQueues {
    private final Map<Long, Deque<Runnable>> queues = new HashMap<>();
    private final Set<Long> streams = new HashSet<>();

    /** Of each event the stream and the length of its past at which it was last recorded. */
    private final Map<Long, Mark> events = new HashMap<>();

    private final Map<Long, Long> started = new HashMap<>();
    private final Map<Long, Long> queued = new HashMap<>();
    private long next = 1;

    private record Mark(long stream, long position) {}

    synchronized long newStream() {
        streams.add(next);
        return next++;
    }

    synchronized void closeStream(long stream) {
        drain(stream); // as a device does: a stream that is destroyed ends its work first
        if (!streams.remove(stream)) {
            throw new DeviceException("stream " + stream + " is not open");
        }
    }

    synchronized long newEvent() {
        events.put(next, new Mark(0, 0));
        return next++;
    }

    synchronized void closeEvent(long event) {
        if (events.remove(event) == null) {
            throw new DeviceException("event " + event + " is not open");
        }
    }

    synchronized void add(long stream, Runnable work) {
        if (stream != 0 && !streams.contains(stream)) {
            throw new DeviceException("stream " + stream + " is not open");
        }
        queues.computeIfAbsent(stream, _ -> new ArrayDeque<>()).add(work);
        queued.merge(stream, 1L, Long::sum);
    }

    synchronized void record(long event, long stream) {
        if (stream != 0 && !streams.contains(stream)) {
            throw new DeviceException("stream " + stream + " is not open");
        }
        events.put(event, new Mark(stream, queued.getOrDefault(stream, 0L)));
    }

    synchronized void await(long stream, long event) {
        Mark mark = events.get(event);
        add(stream, () -> drain(mark.stream(), mark.position()));
    }

    synchronized void awaitOnHost(long event) {
        Mark mark = events.get(event);
        drain(mark.stream(), mark.position());
    }

    synchronized void drain(long stream) {
        drain(stream, queued.getOrDefault(stream, 0L));
    }

    private void drain(long stream, long until) {
        while (started.getOrDefault(stream, 0L) < until) {
            started.merge(stream, 1L, Long::sum);
            queues.get(stream).remove().run();
        }
    }

    synchronized String open() {
        return streams.size() + " streams, " + events.size() + " events";
    }
}
