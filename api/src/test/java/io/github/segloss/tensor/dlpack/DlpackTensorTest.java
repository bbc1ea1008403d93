package io.github.segloss.tensor.dlpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Structures written and read at the offsets of {@code dlpack.h}, by hand: 48 bytes of tensor, 64 with the manager, 80 with version and flags; the deleter
 * called through its address, as a foreign library calls it.
 */
@SuppressWarnings("restricted")
class DlpackTensorTest {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private static int deletions;
    private static long deleted;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment numbers =
            arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5, 6);

    /** What stands in for the deleter of another library. */
    static void delete(MemorySegment managed) {
        deletions++;
        deleted = managed.address();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private MemorySegment deleter() {
        deletions = 0;
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup()
                                    .findStatic(
                                            DlpackTensorTest.class,
                                            "delete",
                                            MethodType.methodType(void.class, MemorySegment.class)),
                            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS),
                            arena);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** A DLTensor of [2, 3] float32 on the host, at an offset of a structure. */
    private void fill(MemorySegment struct, long at, long... strides) {
        struct.set(LONG, at, numbers.address() - 4);
        struct.set(INT, at + 8, 1);
        struct.set(INT, at + 12, 0);
        struct.set(INT, at + 16, 2);
        struct.set(BYTE, at + 20, (byte) 2);
        struct.set(BYTE, at + 21, (byte) 32);
        struct.set(SHORT, at + 22, (short) 1);
        struct.set(LONG, at + 24, arena.allocateFrom(LONG, 2, 3).address());
        struct.set(
                LONG,
                at + 32,
                strides.length == 0 ? 0 : arena.allocateFrom(LONG, strides).address());
        struct.set(LONG, at + 40, 4);
    }

    private MemorySegment plain(long... strides) {
        MemorySegment struct = arena.allocate(64, 8);
        fill(struct, 0, strides);
        struct.set(LONG, 56, deleter().address());
        return struct;
    }

    private MemorySegment versioned(int major, long flags) {
        MemorySegment struct = arena.allocate(80, 8);
        struct.set(INT, 0, major);
        struct.set(INT, 4, 1);
        struct.set(LONG, 16, deleter().address());
        struct.set(LONG, 24, flags);
        fill(struct, 32);
        return struct;
    }

    @Test
    void importsWithoutACopyAndDeletesOnce() {
        MemorySegment struct = plain();
        DlpackTensor read = DlpackTensor.read(MemorySegment.ofAddress(struct.address()), false);
        assertEquals(DlpackDevice.CPU, read.device());
        assertEquals(0, read.deviceId());
        assertFalse(read.isReadOnly());
        assertEquals(numbers.address(), read.address(), "the byte offset counts");
        Tensor tensor = read.toHostTensor();
        assertEquals(DType.FLOAT32, tensor.dtype());
        assertEquals(Shape.of(2, 3), tensor.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, tensor.toFloatArray());
        tensor.set(5, 60);
        assertEquals(60, numbers.getAtIndex(ValueLayout.JAVA_FLOAT, 5), "the memory is shared");
        assertEquals(0, deletions);
        tensor.close();
        tensor.close();
        read.delete();
        assertEquals(1, deletions);
        assertEquals(struct.address(), deleted);
        assertThrows(SegLossException.class, tensor::toFloatArray);
    }

    @Test
    void importsVersionedAndReadOnly() {
        Tensor tensor = DlpackTensor.read(versioned(1, 1), true).toHostTensor();
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, tensor.toFloatArray());
        assertThrows(RuntimeException.class, () -> tensor.set(0, 1));
        tensor.close();
        assertEquals(1, deletions);
    }

    @Test
    void takesStridesOfRowMajorOrderOnly() {
        assertEquals(Shape.of(2, 3), DlpackTensor.read(plain(3, 1), false).shape());
        SegLossException e =
                assertThrows(SegLossException.class, () -> DlpackTensor.read(plain(1, 2), false));
        assertTrue(e.getMessage().contains("strides [1, 2]"), e.getMessage());
        assertTrue(e.getMessage().contains("contiguous()"), e.getMessage());
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refused(versioned(2, 0), true, "version 2.1");
        refused(MemorySegment.NULL, false, "address is 0");
        MemorySegment struct = plain();
        struct.set(INT, 8, 10);
        refused(struct, false, "device of type 10");
        struct.set(INT, 8, 1);
        struct.set(SHORT, 22, (short) 4);
        refused(struct, false, "4 lanes");
        struct.set(SHORT, 22, (short) 1);
        struct.set(BYTE, 21, (byte) 8);
        refused(struct, false, "8 bits");
        struct.set(INT, 16, -1);
        struct.set(BYTE, 21, (byte) 32);
        refused(struct, false, "-1 axes");
        assertEquals(0, deletions, "what was refused still belongs to the exporter");
    }

    private static void refused(MemorySegment struct, boolean isVersioned, String why) {
        SegLossException e =
                assertThrows(SegLossException.class, () -> DlpackTensor.read(struct, isVersioned));
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void leavesDeviceMemoryToTheBackend() {
        MemorySegment struct = plain();
        struct.set(INT, 8, 2);
        struct.set(INT, 12, 3);
        DlpackTensor read = DlpackTensor.read(struct, false);
        assertEquals(DlpackDevice.CUDA, read.device());
        assertEquals(3, read.deviceId());
        SegLossException e = assertThrows(SegLossException.class, read::toHostTensor);
        assertTrue(e.getMessage().contains("CUDA device 3"), e.getMessage());
    }

    @Test
    void exportsEveryTypeAtTheOffsetsOfTheHeader() {
        int[] codes = {2, 4, 2, 2, 1, 0, 0, 0, 0};
        for (DType type : DType.values()) {
            for (boolean isVersioned : new boolean[] {false, true}) {
                Tensor tensor = Tensor.allocate(type, Shape.of(2, 3, 4));
                MemorySegment struct = DlpackTensor.export(tensor, isVersioned);
                long at = isVersioned ? 32 : 0;
                assertEquals(isVersioned ? 80 : 64, struct.byteSize());
                assertEquals(tensor.segment().address(), struct.get(LONG, at));
                assertEquals(1, struct.get(INT, at + 8));
                assertEquals(3, struct.get(INT, at + 16));
                assertEquals(codes[type.ordinal()], struct.get(BYTE, at + 20), type.toString());
                assertEquals(8 * type.bytes(), struct.get(BYTE, at + 21));
                assertEquals(1, struct.get(SHORT, at + 22));
                assertArrayEquals(new long[] {2, 3, 4}, longs(struct, at + 24));
                assertArrayEquals(new long[] {12, 4, 1}, longs(struct, at + 32));
                assertEquals(0, struct.get(LONG, at + 40));
                if (isVersioned) {
                    assertEquals(1, struct.get(INT, 0));
                    assertEquals(0, struct.get(LONG, 24));
                }
                assertFalse(tensor.storage().isClosed());
                callDeleter(struct, isVersioned ? 16 : 56);
                assertTrue(tensor.storage().isClosed());
            }
        }
    }

    private static long[] longs(MemorySegment struct, long at) {
        return MemorySegment.ofAddress(struct.get(LONG, at)).reinterpret(24).toArray(LONG);
    }

    private static void callDeleter(MemorySegment struct, long at) {
        MethodHandle call =
                Linker.nativeLinker()
                        .downcallHandle(
                                MemorySegment.ofAddress(struct.get(LONG, at)),
                                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        try {
            call.invokeExact(MemorySegment.ofAddress(struct.address()));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givesItsOwnExportsBack() {
        Tensor tensor = Tensor.allocate(DType.INT32, Shape.of());
        tensor.set(0, 42);
        Tensor again = DlpackTensor.read(DlpackTensor.export(tensor, true), true).toHostTensor();
        assertEquals(42, again.longAt(0));
        assertEquals(Shape.of(), again.shape());
        again.close();
        assertTrue(tensor.storage().isClosed());
    }

    @Test
    void refusesToExportTheHeap() {
        Tensor heap = Tensor.wrap(new float[2], 2);
        SegLossException e =
                assertThrows(SegLossException.class, () -> DlpackTensor.export(heap, true));
        assertTrue(e.getMessage().contains("Java heap"), e.getMessage());
    }
}
