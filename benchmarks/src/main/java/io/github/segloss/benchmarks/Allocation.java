package io.github.segloss.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What has been allocated on the heap. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** {@return the bytes that all threads have allocated since the JVM started} */
    static long total() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
