package io.github.segloss.fault;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Assumptions;

/**
 * A large range of addresses that stands on little memory: a file in memory, mapped again and again one behind the other, and after it a last part of its
 * own. What is written to one of the repetitions shows in all of them. On Linux only.
 */
@SuppressWarnings("restricted") // native code is what this class is for
final class VirtualMemory implements AutoCloseable {
    static final long WINDOW = 64L << 20;

    private static final int READ_WRITE = 3;
    private static final int SHARED = 1;
    private static final int FIXED = 0x10;
    private static final Linker LINKER = Linker.nativeLinker();

    private final MemorySegment whole;

    /** @param windows how many windows the range has; the last one has memory of its own */
    VirtualMemory(int windows) {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"),
                "repeated mappings are made by system calls of Linux");
        int file = memoryFile();
        try {
            // One mapping of the whole length keeps the range free of others, then each window is
            // put over it.
            MemorySegment range = map(MemorySegment.NULL, windows * WINDOW, SHARED, file, 0);
            for (int k = 0; k < windows; k++) {
                MemorySegment at = MemorySegment.ofAddress(range.address() + k * WINDOW);
                map(at, WINDOW, SHARED | FIXED, file, k == windows - 1 ? WINDOW : 0);
            }
            whole = MemorySegment.ofAddress(range.address()).reinterpret(windows * WINDOW);
        } finally {
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), file);
        }
    }

    private static int memoryFile() {
        try (Arena arena = Arena.ofConfined()) {
            int file =
                    (int)
                            call(
                                    "memfd_create",
                                    FunctionDescriptor.of(
                                            ValueLayout.JAVA_INT,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.JAVA_INT),
                                    arena.allocateFrom("segloss"),
                                    0);
            Assumptions.assumeTrue(file >= 0, "memfd_create failed");
            call(
                    "ftruncate",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                    file,
                    2 * WINDOW);
            return file;
        }
    }

    private static MemorySegment map(
            MemorySegment at, long bytes, int flags, int file, long offset) {
        MemorySegment mapped =
                (MemorySegment)
                        call(
                                "mmap",
                                FunctionDescriptor.of(
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG),
                                at,
                                bytes,
                                READ_WRITE,
                                flags,
                                file,
                                offset);
        if (mapped.address() == -1) {
            throw new IllegalStateException("mmap of " + bytes + " bytes failed");
        }
        return mapped;
    }

    private static Object call(String name, FunctionDescriptor type, Object... arguments) {
        MethodHandle function =
                LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(name + " failed", e);
        }
    }

    MemorySegment whole() {
        return whole;
    }

    /** The part that has memory of its own. */
    MemorySegment last() {
        return whole.asSlice(whole.byteSize() - WINDOW);
    }

    @Override
    public void close() {
        call(
                "munmap",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG),
                whole,
                whole.byteSize());
    }
}
