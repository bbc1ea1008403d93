package io.github.segloss.cuda;

import java.lang.foreign.MemorySegment;

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

    /** Frees what {@link #allocate} gave, after everything under way has ended. */
    void free(long address);

    /** Creates a stream. */
    long newStream();

    /** Destroys a stream. */
    void closeStream(long stream);

    /** Copies from the host; the source may be changed as soon as this returns. */
    void upload(long stream, long target, MemorySegment source);

    /** Copies to the host, after everything before it on the stream; the target is complete when this returns. */
    void download(long stream, MemorySegment target, long source);

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

    /** Releases the device. */
    @Override
    void close();
}
