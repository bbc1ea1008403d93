package io.github.segloss.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * What the backend needs of a device: memory, modules and launches. Thread-safe. Everything that takes a stream happens on it in order; every failure is a
 * {@link io.github.segloss.DeviceException} that names the call.
 */
interface Driver extends AutoCloseable {

    /**
     * What a device is.
     *
     * @param id its number, from 0
     * @param name its name
     * @param major the first number of its compute capability
     * @param minor the second number of its compute capability
     * @param multiprocessors the number of its multiprocessors
     * @param memoryBytes the size of its memory
     * @param driverVersion the CUDA version of the driver, 13000 for 13.0
     */
    record Properties(
            int id,
            String name,
            int major,
            int minor,
            int multiprocessors,
            long memoryBytes,
            int driverVersion) {
        /** The compute capability as compilers name it. */
        String architecture() {
            return "sm_" + major + minor;
        }
    }

    /** The device. */
    Properties properties();

    /** How much memory is free at the moment. */
    long freeBytes();

    /**
     * Allocates memory.
     *
     * @param bytes how much, at least 1
     * @return the device address, a multiple of 256
     * @throws io.github.segloss.DeviceException if there is not enough; the message says what was asked and what was free
     */
    long allocate(long bytes);

    /** Frees what {@link #allocate} gave; nothing under way may need it. */
    void free(long address);

    /** The number of the device on which an address is, or -1 if it is no device memory. */
    int deviceOf(long address);

    /**
     * Allocates memory of the host that the device can read and write by itself: copies to and from it need no detour and no waiting.
     *
     * @param bytes how much, at least 1
     * @return the memory, valid until {@link #freePinned}
     */
    MemorySegment allocatePinned(long bytes);

    /** Frees what {@link #allocatePinned} gave; nothing under way may need it. */
    void freePinned(MemorySegment memory);

    /** Creates a stream. Wherever a stream is asked for, one that something else created will do as well. */
    long newStream();

    /** Destroys a stream. */
    void closeStream(long stream);

    /** Creates a mark in a stream that others can wait for. */
    long newEvent();

    /** Destroys a mark. */
    void closeEvent(long event);

    /** Sets a mark after everything that is on a stream now. */
    void record(long event, long stream);

    /** Lets a stream wait, on the device, until a mark is reached; a mark never set is reached. */
    void await(long stream, long event);

    /** Waits on the host until a mark is reached; a mark never set is reached. */
    void awaitOnHost(long event);

    /** Starts to copy from memory that {@link #allocatePinned} gave; the source must stay as it is until the stream has come here. */
    void upload(long stream, long target, MemorySegment source);

    /** Starts to copy to memory that {@link #allocatePinned} gave; the target is complete when the stream has come here. */
    void download(long stream, MemorySegment target, long source);

    /** Copies within the device. */
    void copy(long stream, long target, long source, long bytes);

    /** Sets bytes to zero. */
    void clear(long stream, long address, long bytes);

    /** Waits until everything on a stream has ended. */
    void synchronize(long stream);

    /** Loads what a {@link KernelCompiler} made. */
    long loadModule(byte[] image);

    /** Unloads a module. */
    void unloadModule(long module);

    /** Finds a kernel of a module. */
    long function(long module, String name);

    /**
     * Starts a kernel.
     *
     * @param stream the stream
     * @param function the kernel
     * @param blocks the number of blocks
     * @param threads the number of threads of a block
     * @param arguments its arguments, of 8 bytes each
     * @param count how many of the array they are
     */
    void launch(long stream, long function, int blocks, int threads, long[] arguments, int count);

    /**
     * One kernel of a {@linkplain #newGraph graph}.
     *
     * @param function the kernel
     * @param blocks the number of blocks
     * @param threads the number of threads of a block
     * @param arguments its arguments, of 8 bytes each
     */
    record Step(long function, int blocks, int threads, long[] arguments) {
        /** A step with a copy of the first so many of some arguments. */
        static Step of(long function, int blocks, int threads, long[] arguments, int count) {
            return new Step(function, blocks, threads, Arrays.copyOf(arguments, count));
        }

        /** Whether this starts the same kernel with the same arguments. */
        boolean starts(long kernel, int count, long[] values, int length) {
            return function == kernel
                    && blocks == count
                    && Arrays.equals(arguments, 0, arguments.length, values, 0, length);
        }
    }

    /** Captures kernels that run one after another, so that starting all of them costs little more than starting one. */
    long newGraph(List<Step> steps);

    /** Replaces a kernel of a graph; what was started before keeps the earlier one. */
    void updateGraph(long graph, int index, Step step);

    /** Starts all kernels of a graph. */
    void launchGraph(long stream, long graph);

    /** Destroys a graph. */
    void closeGraph(long graph);

    /** Releases the device. */
    @Override
    void close();
}
