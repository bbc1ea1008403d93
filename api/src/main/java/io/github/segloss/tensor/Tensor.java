package io.github.segloss.tensor;

import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dense, contiguous, row-major array with an element type and a shape, on the host or on a device. It has no arithmetic: it only carries data to
 * and from a backend.
 *
 * <p>The {@code wrap} methods copy nothing and own nothing: the tensor is a view, and what is written to the array is seen by both. {@link #allocate}
 * returns memory that {@link #close} frees; heap tensors need no closing. Elements are in the byte order of the machine.
 */
public final class Tensor implements AutoCloseable {
    /** The JVM's own limit, with some room for its headers. */
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    private final DType dtype;
    private final Shape shape;
    private final Storage storage;

    private Tensor(DType dtype, Shape shape, Storage storage) {
        long needed = bytes(dtype, shape);
        if (storage.byteSize() < needed) {
            throw new ShapeMismatchException(
                    "a "
                            + dtype
                            + " tensor of shape "
                            + shape
                            + " needs "
                            + needed
                            + " bytes, but the storage has "
                            + storage.byteSize());
        }
        this.dtype = dtype;
        this.shape = shape;
        this.storage = storage;
    }

    /**
     * {@return a {@link DType#FLOAT32} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(float[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.FLOAT32, Shape.of(shape));
    }

    /**
     * {@return a {@link DType#FLOAT64} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(double[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.FLOAT64, Shape.of(shape));
    }

    /**
     * {@return a {@link DType#UINT8} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(byte[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.UINT8, Shape.of(shape));
    }

    /**
     * {@return a {@link DType#INT16} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(short[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.INT16, Shape.of(shape));
    }

    /**
     * {@return an {@link DType#INT32} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(int[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.INT32, Shape.of(shape));
    }

    /**
     * {@return an {@link DType#INT64} view of an array}
     *
     * @param values the elements; exactly as many as the shape has
     * @param shape the sizes, slowest axis first
     */
    public static Tensor wrap(long[] values, long... shape) {
        return whole(MemorySegment.ofArray(values), DType.INT64, Shape.of(shape));
    }

    /**
     * {@return a view of a memory segment}
     *
     * @param segment the memory, whose lifetime stays the caller's concern; at least as large as the elements
     * @param dtype the element type
     * @param shape the shape
     */
    public static Tensor wrap(MemorySegment segment, DType dtype, Shape shape) {
        return new Tensor(dtype, shape, new HostStorage(segment, null));
    }

    /**
     * {@return a view of a memory segment that owns it}
     *
     * @param segment the memory; at least as large as the elements
     * @param owner the arena that the tensor closes when it is closed, and with it the memory
     * @param dtype the element type
     * @param shape the shape
     */
    public static Tensor wrap(MemorySegment segment, Arena owner, DType dtype, Shape shape) {
        return new Tensor(dtype, shape, new HostStorage(segment, owner));
    }

    /**
     * {@return a view of the bytes of a buffer from its position to its limit}
     *
     * @param buffer a buffer in the byte order of the machine
     * @param dtype the element type
     * @param shape the shape
     * @throws SegLossException if the buffer has the other byte order
     */
    public static Tensor wrap(ByteBuffer buffer, DType dtype, Shape shape) {
        if (buffer.order() != ByteOrder.nativeOrder() && dtype.bytes() > 1) {
            throw new SegLossException(
                    "the buffer is "
                            + buffer.order()
                            + ", but a tensor needs the byte order of the machine, "
                            + ByteOrder.nativeOrder()
                            + ": set it with buffer.order(ByteOrder.nativeOrder())");
        }
        return wrap(MemorySegment.ofBuffer(buffer), dtype, shape);
    }

    /**
     * {@return a view of memory on a device}
     *
     * @param storage the memory, made by a device backend
     * @param dtype the element type
     * @param shape the shape
     */
    public static Tensor wrap(DeviceStorage storage, DType dtype, Shape shape) {
        return new Tensor(dtype, shape, storage);
    }

    /**
     * {@return a zero-filled tensor on the Java heap, or off it when an array cannot hold it}
     *
     * @param dtype the element type
     * @param shape the shape
     */
    public static Tensor zeros(DType dtype, Shape shape) {
        if (shape.elements() > LONGEST_ARRAY) {
            return allocate(dtype, shape);
        }
        int n = (int) shape.elements();
        MemorySegment segment =
                switch (dtype) {
                    case UINT8, INT8 -> MemorySegment.ofArray(new byte[n]);
                    case INT16, FLOAT16, BFLOAT16 -> MemorySegment.ofArray(new short[n]);
                    case INT32 -> MemorySegment.ofArray(new int[n]);
                    case INT64 -> MemorySegment.ofArray(new long[n]);
                    case FLOAT32 -> MemorySegment.ofArray(new float[n]);
                    case FLOAT64 -> MemorySegment.ofArray(new double[n]);
                };
        return wrap(segment, dtype, shape);
    }

    /**
     * {@return a zero-filled tensor off the Java heap, 64-byte aligned, which the caller must close}
     *
     * @param dtype the element type
     * @param shape the shape
     * @throws SegLossException if the memory is not there
     */
    public static Tensor allocate(DType dtype, Shape shape) {
        long bytes = bytes(dtype, shape);
        Arena arena = Arena.ofShared();
        try {
            return new Tensor(dtype, shape, new HostStorage(arena.allocate(bytes, 64), arena));
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new SegLossException(
                    "out of memory: a "
                            + dtype
                            + " tensor of shape "
                            + shape
                            + " needs "
                            + bytes
                            + " bytes off the heap",
                    e);
        }
    }

    /** {@return the element type} */
    public DType dtype() {
        return dtype;
    }

    /** {@return the shape} */
    public Shape shape() {
        return shape;
    }

    /** {@return where the elements are} */
    public Storage storage() {
        return storage;
    }

    /** {@return whether the elements are in memory that Java can address} */
    public boolean isOnHost() {
        return storage instanceof HostStorage;
    }

    /**
     * {@return the memory of a host tensor}
     *
     * @throws SegLossException if the tensor is on a device or closed
     */
    public MemorySegment segment() {
        return switch (storage) {
            case HostStorage host -> host.segment();
            case DeviceStorage device ->
                    throw new SegLossException(
                            "the tensor is on a device of backend '"
                                    + device.backend()
                                    + "': download it first");
        };
    }

    /**
     * {@return the same elements under another shape, without a copy}
     *
     * @param sizes the new sizes, with the same product
     */
    public Tensor reshape(long... sizes) {
        Shape other = Shape.of(sizes);
        if (other.elements() != shape.elements()) {
            throw new ShapeMismatchException(
                    "a tensor of shape "
                            + shape
                            + " cannot be seen as "
                            + other
                            + ": the numbers of elements differ");
        }
        return new Tensor(dtype, other, storage);
    }

    /**
     * {@return one element as a double; integers beyond 2^53 are rounded}
     *
     * @param index the row-major index
     */
    public double doubleAt(long index) {
        MemorySegment s = segment();
        return switch (dtype) {
            case FLOAT16 -> Float.float16ToFloat(s.get(SHORT, index * 2));
            case BFLOAT16 -> bfloat16ToFloat(s.get(SHORT, index * 2));
            case FLOAT32 -> s.get(FLOAT, index * 4);
            case FLOAT64 -> s.get(DOUBLE, index * 8);
            case UINT8, INT8, INT16, INT32, INT64 -> longAt(index);
        };
    }

    /**
     * {@return one element of an integer tensor}
     *
     * @param index the row-major index
     * @throws SegLossException if the tensor is floating
     */
    public long longAt(long index) {
        MemorySegment s = segment();
        return switch (dtype) {
            case UINT8 -> s.get(ValueLayout.JAVA_BYTE, index) & 0xFFL;
            case INT8 -> s.get(ValueLayout.JAVA_BYTE, index);
            case INT16 -> s.get(SHORT, index * 2);
            case INT32 -> s.get(INT, index * 4);
            case INT64 -> s.get(LONG, index * 8);
            case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 ->
                    throw new SegLossException("a " + dtype + " tensor has no integer elements");
        };
    }

    /**
     * Stores one element, rounded to the element type (to nearest even for floating types, truncated for integers).
     *
     * @param index the row-major index
     * @param value the value
     */
    public void set(long index, double value) {
        MemorySegment s = segment();
        switch (dtype) {
            case FLOAT16 -> s.set(SHORT, index * 2, Float.floatToFloat16((float) value));
            case BFLOAT16 -> s.set(SHORT, index * 2, floatToBfloat16((float) value));
            case FLOAT32 -> s.set(FLOAT, index * 4, (float) value);
            case FLOAT64 -> s.set(DOUBLE, index * 8, value);
            case UINT8, INT8 -> s.set(ValueLayout.JAVA_BYTE, index, (byte) (long) value);
            case INT16 -> s.set(SHORT, index * 2, (short) (long) value);
            case INT32 -> s.set(INT, index * 4, (int) value);
            case INT64 -> s.set(LONG, index * 8, (long) value);
        }
    }

    /** {@return a copy of all elements as doubles; the tensor must fit in one array} */
    public double[] toDoubleArray() {
        double[] copy = new double[arrayLength()];
        if (dtype == DType.FLOAT64) {
            MemorySegment.copy(segment(), DOUBLE, 0, copy, 0, copy.length);
        } else {
            for (int i = 0; i < copy.length; i++) {
                copy[i] = doubleAt(i);
            }
        }
        return copy;
    }

    /** {@return a copy of all elements as floats; the tensor must fit in one array} */
    public float[] toFloatArray() {
        float[] copy = new float[arrayLength()];
        if (dtype == DType.FLOAT32) {
            MemorySegment.copy(segment(), FLOAT, 0, copy, 0, copy.length);
        } else {
            for (int i = 0; i < copy.length; i++) {
                copy[i] = (float) doubleAt(i);
            }
        }
        return copy;
    }

    /** {@return a copy of all elements of an integer tensor; the tensor must fit in one array} */
    public long[] toLongArray() {
        long[] copy = new long[arrayLength()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = longAt(i);
        }
        return copy;
    }

    private int arrayLength() {
        if (shape.elements() > LONGEST_ARRAY) {
            throw new SegLossException(
                    "a tensor of shape "
                            + shape
                            + " has "
                            + shape.elements()
                            + " elements; an array holds at most "
                            + LONGEST_ARRAY);
        }
        return (int) shape.elements();
    }

    /**
     * {@return a copy on the Java heap with another element type}
     *
     * @param other the element type of the copy
     */
    public Tensor to(DType other) {
        Tensor copy = zeros(other, shape);
        if (other == dtype) {
            MemorySegment.copy(segment(), 0, copy.segment(), 0, shape.elements() * dtype.bytes());
            return copy;
        }
        for (long i = 0; i < shape.elements(); i++) {
            copy.set(i, doubleAt(i));
        }
        return copy;
    }

    /** Frees the memory of a tensor from {@link #allocate} or of a device tensor; a later use throws. A wrapped tensor frees nothing. */
    @Override
    public void close() {
        storage.close();
    }

    @Override
    public String toString() {
        return "Tensor[" + dtype + " " + shape + (storage.isClosed() ? ", closed]" : "]");
    }

    /**
     * {@return the float that a bfloat16 stands for}
     *
     * @param bits the 16 bits
     */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * {@return the bfloat16 nearest to a float, ties to even; NaN stays NaN}
     *
     * @param value the float
     */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    private static long bytes(DType dtype, Shape shape) {
        if (shape.elements() > Long.MAX_VALUE / dtype.bytes()) {
            throw new ShapeMismatchException(
                    "a "
                            + dtype
                            + " tensor of shape "
                            + shape
                            + " has more bytes than fit in 64 bits");
        }
        return shape.elements() * dtype.bytes();
    }

    private static Tensor whole(MemorySegment segment, DType dtype, Shape shape) {
        long held = segment.byteSize() / dtype.bytes();
        if (held != shape.elements()) {
            throw new ShapeMismatchException(
                    "an array of "
                            + held
                            + " elements cannot be seen as shape "
                            + shape
                            + " with "
                            + shape.elements()
                            + " elements");
        }
        return wrap(segment, dtype, shape);
    }
}
