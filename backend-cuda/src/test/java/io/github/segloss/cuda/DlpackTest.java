package io.github.segloss.cuda;

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
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchange of device and host tensors with a library in C++ that declares the structures as their documentation does. */
@SuppressWarnings("restricted")
class DlpackTest {
    private static final String LIBRARY =
            """
            #include <stdint.h>
            #include <stdlib.h>
            struct DLDevice { int32_t device_type; int32_t device_id; };
            struct DLDataType { uint8_t code; uint8_t bits; uint16_t lanes; };
            struct DLTensor {
                void* data; DLDevice device; int32_t ndim; DLDataType dtype; int64_t* shape; int64_t* strides; uint64_t byte_offset;
            };
            struct DLManagedTensor { DLTensor dl_tensor; void* manager_ctx; void (*deleter)(DLManagedTensor*); };
            struct DLPackVersion { uint32_t major; uint32_t minor; };
            struct DLManagedTensorVersioned {
                DLPackVersion version; void* manager_ctx; void (*deleter)(DLManagedTensorVersioned*); uint64_t flags; DLTensor dl_tensor;
            };
            static int deletions;
            template <typename M> static void remove(M* m) { ++deletions; free(m->dl_tensor.shape); free(m); }
            template <typename M> static M* make(void* data, int device, int id, int64_t n) {
                M* m = (M*)calloc(1, sizeof(M));
                int64_t* shape = (int64_t*)malloc(8);
                shape[0] = n;
                m->dl_tensor = {data, {device, id}, 1, {2, 32, 1}, shape, nullptr, 0};
                m->deleter = remove<M>;
                return m;
            }
            extern "C" {
            int deletion_count() { return deletions; }
            void* produce(void* data, int device, int id, int64_t n) { return make<DLManagedTensor>(data, device, id, n); }
            void* produce_versioned(void* data, int device, int id, int64_t n) {
                DLManagedTensorVersioned* m = make<DLManagedTensorVersioned>(data, device, id, n);
                m->version = {1, 1};
                return m;
            }
            static double sum(const DLTensor& t) {
                double s = t.device.device_type * 1000 + t.device.device_id * 100;
                if (t.dtype.code != 2 || t.dtype.bits != 32 || t.ndim != 1 || t.strides[0] != 1) return -1;
                for (int64_t i = 0; i < t.shape[0]; ++i) s += ((float*)((char*)t.data + t.byte_offset))[i];
                return s;
            }
            double consume(DLManagedTensor* m) { double s = sum(m->dl_tensor); m->deleter(m); return s; }
            double consume_versioned(DLManagedTensorVersioned* m) {
                double s = m->version.major == 1 ? sum(m->dl_tensor) : -2;
                m->deleter(m);
                return s;
            }
            }
            """;

    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
    private static final MemoryLayout INT = ValueLayout.JAVA_INT;

    @TempDir private static Path folder;
    private static SymbolLookup library;

    private final EmulatedDriver driver = Emulation.driver(1, 1 << 20);
    private final CudaBackend backend = new CudaBackend(driver, Emulation.COMPILER);

    @BeforeAll
    static void compileLibrary() throws Exception {
        Emulation.require();
        Path source = Files.writeString(folder.resolve("dlpack.cpp"), LIBRARY);
        Path target = folder.resolve("dlpack.so");
        Process process =
                new ProcessBuilder(
                                "g++",
                                "-shared",
                                "-fPIC",
                                "-O0",
                                source.toString(),
                                "-o",
                                target.toString())
                        .redirectErrorStream(true)
                        .start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log);
        library = SymbolLookup.libraryLookup(target, Arena.global());
    }

    private static Object call(String name, MemoryLayout result, Object... arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int k = 0; k < arguments.length; k++) {
            layouts[k] =
                    switch (arguments[k]) {
                        case MemorySegment _ -> POINTER;
                        case Integer _ -> INT;
                        default -> ValueLayout.JAVA_LONG;
                    };
        }
        MethodHandle handle =
                Linker.nativeLinker()
                        .downcallHandle(
                                library.findOrThrow(name), FunctionDescriptor.of(result, layouts));
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int deletions() {
        return (int) call("deletion_count", INT);
    }

    private static MemorySegment produce(
            boolean isVersioned, long address, int device, int id, long count) {
        return (MemorySegment)
                call(
                        isVersioned ? "produce_versioned" : "produce",
                        POINTER,
                        MemorySegment.ofAddress(address),
                        device,
                        id,
                        count);
    }

    @Test
    void importsDeviceMemoryInPlaceAndDeletesItOnce() {
        for (boolean isVersioned : new boolean[] {false, true}) {
            long address = driver.allocate(24);
            driver.put(address, Tensor.wrap(new float[] {1, 2, 3, 4, 5, 6}, 6).segment());
            int before = deletions();
            Tensor tensor =
                    backend.importDlpack(produce(isVersioned, address, 2, 0, 6), isVersioned);
            assertEquals(address, ((CudaMemory) tensor.storage()).address());
            assertEquals(Shape.of(6), tensor.shape());
            assertArrayEquals(
                    new float[] {1, 2, 3, 4, 5, 6}, backend.download(tensor).toFloatArray());
            assertEquals(before, deletions());
            tensor.close();
            tensor.close();
            assertEquals(before + 1, deletions());
            driver.free(address);
        }
        backend.close();
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }

    @Test
    void aClosedBackendHasDeletedWhatItImported() {
        long address = driver.allocate(24);
        int before = deletions();
        Tensor tensor = backend.importDlpack(produce(true, address, 2, 0, 6), true);
        driver.free(address);
        backend.close();
        tensor.close();
        assertEquals(before + 1, deletions());
    }

    @Test
    void refusesMemoryOfAnotherDeviceAndLeavesItToItsOwner() {
        EmulatedDriver second = new EmulatedDriver(Emulation.COMPILER, 0, 1 << 20, 1);
        long address = second.allocate(24);
        int before = deletions();
        MemorySegment managed = produce(false, address, 2, 1, 6);
        SegLossException e =
                assertThrows(SegLossException.class, () -> backend.importDlpack(managed, false));
        assertTrue(e.getMessage().contains("this backend is on device 0"), e.getMessage());
        assertEquals(before, deletions());
        second.free(address);
        backend.close();
    }

    @Test
    void importsHostMemory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 7, 8);
            int before = deletions();
            Tensor tensor = backend.importDlpack(produce(false, memory.address(), 1, 0, 2), false);
            assertTrue(tensor.isOnHost());
            assertArrayEquals(new float[] {7, 8}, tensor.toFloatArray());
            tensor.close();
            assertEquals(before + 1, deletions());
        }
        backend.close();
    }

    @Test
    void exportsDeviceAndHostMemoryInPlace() {
        for (boolean isVersioned : new boolean[] {false, true}) {
            String consume = isVersioned ? "consume_versioned" : "consume";
            Tensor device = backend.upload(Tensor.wrap(new float[] {1, 2, 3}, 3));
            MemorySegment managed = backend.exportDlpack(device, isVersioned);
            backend.synchronize(); // the emulated device does nothing before it has to
            assertFalse(device.storage().isClosed());
            assertEquals(2006.0, call(consume, ValueLayout.JAVA_DOUBLE, managed));
            assertTrue(device.storage().isClosed());

            Tensor host = Tensor.allocate(DType.FLOAT32, Shape.of(2));
            host.set(0, 5);
            managed = backend.exportDlpack(host, isVersioned);
            assertEquals(1005.0, call(consume, ValueLayout.JAVA_DOUBLE, managed));
            assertTrue(host.storage().isClosed());
        }
        backend.close();
        assertEquals(EmulatedDriver.NO_LEAKS, driver.leaks());
    }
}
