package io.github.segloss.tensor.dlpack;

import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was exported and has not been given back. The deleter may be called by any thread, also one that Java has never seen. */
final class DlpackExport {
    private static final System.Logger LOG = System.getLogger(DlpackExport.class.getName());
    private static final Map<Long, DlpackExport> OPEN = new ConcurrentHashMap<>();

    private final Tensor tensor;
    private final Arena arena;

    private DlpackExport(Tensor tensor, Arena arena) {
        this.tensor = tensor;
        this.arena = arena;
    }

    /** Made when the first tensor is exported; lives as long as the process. */
    private static final class Deleter {
        static final MemorySegment STUB = stub();

        @SuppressWarnings("restricted")
        private static MemorySegment stub() {
            try {
                return Linker.nativeLinker()
                        .upcallStub(
                                MethodHandles.lookup()
                                        .findStatic(
                                                DlpackExport.class,
                                                "deleted",
                                                MethodType.methodType(
                                                        void.class, MemorySegment.class)),
                                FunctionDescriptor.ofVoid(DlpackLayout.POINTER),
                                Arena.global());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static MemorySegment of(
            Tensor tensor, DlpackDevice device, int deviceId, long address, DlpackLayout at) {
        Arena arena = Arena.ofShared();
        MemorySegment struct = arena.allocate(at.layout());
        if (at.isVersioned()) {
            struct.set(DlpackLayout.INT, at.managed("major"), DlpackLayout.MAJOR);
            struct.set(DlpackLayout.INT, at.managed("minor"), DlpackLayout.MINOR);
        }
        Shape shape = tensor.shape();
        struct.set(DlpackLayout.POINTER, at.managed("deleter"), Deleter.STUB);
        struct.set(DlpackLayout.POINTER, at.tensor("data"), MemorySegment.ofAddress(address));
        struct.set(DlpackLayout.INT, at.tensor("device_type"), device.code());
        struct.set(DlpackLayout.INT, at.tensor("device_id"), deviceId);
        struct.set(DlpackLayout.INT, at.tensor("ndim"), shape.rank());
        struct.set(DlpackLayout.BYTE, at.tensor("code"), (byte) DlpackLayout.code(tensor.dtype()));
        struct.set(DlpackLayout.BYTE, at.tensor("bits"), (byte) (8 * tensor.dtype().bytes()));
        struct.set(DlpackLayout.SHORT, at.tensor("lanes"), (short) 1);
        struct.set(
                DlpackLayout.POINTER,
                at.tensor("shape"),
                arena.allocateFrom(DlpackLayout.LONG, shape.toArray()));
        struct.set(
                DlpackLayout.POINTER,
                at.tensor("strides"),
                arena.allocateFrom(DlpackLayout.LONG, strides(shape)));
        OPEN.put(struct.address(), new DlpackExport(tensor, arena));
        return unbound(struct);
    }

    /** The same memory without its arena, which could not be closed while a call has the segment as its argument: and the deleter is called in such a call. */
    @SuppressWarnings("restricted")
    private static MemorySegment unbound(MemorySegment struct) {
        return MemorySegment.ofAddress(struct.address()).reinterpret(struct.byteSize());
    }

    private static long[] strides(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.size(axis);
        }
        return strides;
    }

    /** The deleter. An exception that left it would end the JVM. */
    static void deleted(MemorySegment managed) {
        try {
            DlpackExport export = OPEN.remove(managed.address());
            if (export != null) {
                export.tensor.close();
                export.arena.close();
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "an exported tensor could not be closed", e);
        }
    }
}
