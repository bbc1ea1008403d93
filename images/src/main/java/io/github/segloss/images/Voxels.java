package io.github.segloss.images;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.segloss.SegLossException;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Moves the elements of an array between a file and a tensor, in chunks that fit a processor's cache. */
final class Voxels {
    private static final int CHUNK_BYTES = 1 << 19;
    private static final long FIRST_ELEMENTS = 1 << 22;

    private Voxels() {}

    /**
     * {@return the elements of an array in row-major order}
     *
     * <p>The caller has checked the shape against the size of the file. A plain file has as many bytes as it seems, so its tensor is allocated at
     * once; what a gzip file holds is only known by inflating it, so its tensor doubles as the data arrives.
     *
     * @param bytes the file, at the first element
     * @param decoder how elements are stored
     * @param shape the shape
     */
    static Tensor read(FileBytes bytes, Decoder decoder, Shape shape) {
        long elements = shape.elements();
        long capacity = bytes.isCompressed() ? Math.min(elements, FIRST_ELEMENTS) : elements;
        Tensor data = allocate(bytes.file(), decoder.dtype(), capacity);
        try (Arena arena = Arena.ofConfined()) {
            Chunks chunks = new Chunks(bytes, decoder, arena, elements);
            long done = 0;
            while (done < elements) {
                if (done == capacity) {
                    capacity = Math.min(elements, 2 * capacity);
                    data = grown(bytes.file(), data, capacity);
                }
                done += chunks.read(capacity - done, data.segment(), done);
            }
            return data.reshape(shape.toArray());
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    /**
     * {@return the elements of an array stored in column-major order, brought into row-major order}
     *
     * @param bytes the file, at the first element
     * @param decoder how elements are stored
     * @param shape the shape
     */
    static Tensor readColumnMajor(FileBytes bytes, Decoder decoder, Shape shape) {
        Tensor data = allocate(bytes.file(), decoder.dtype(), shape.elements());
        try (Arena arena = Arena.ofConfined()) {
            Chunks chunks = new Chunks(bytes, decoder, arena, shape.elements());
            MemorySegment run =
                    arena.allocate((long) chunks.elements() * decoder.dtype().bytes(), 64);
            ColumnMajorOrder order = new ColumnMajorOrder(shape);
            long done = 0;
            while (done < shape.elements()) {
                int count = chunks.read(shape.elements() - done, run, 0);
                for (int i = 0; i < count; i++) {
                    copyElement(run, i, data.segment(), order.next(), decoder.dtype().bytes());
                }
                done += count;
            }
            return data.reshape(shape.toArray());
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
        }
    }

    /**
     * Writes the elements of a tensor, least significant byte first.
     *
     * @param data the tensor
     * @param stored the type to write: the tensor's own, or FLOAT32 for the 16-bit floating types
     * @param out where to
     */
    static void write(Tensor data, DType stored, OutputStream out) throws IOException {
        long elements = data.shape().elements();
        ValueLayout layout = Decoder.layout(stored.bytes());
        int most = (int) Math.min(elements, CHUNK_BYTES / stored.bytes());
        byte[] chunk = new byte[most * stored.bytes()];
        MemorySegment target = MemorySegment.ofArray(chunk);
        for (long done = 0; done < elements; done += most) {
            int count = (int) Math.min(most, elements - done);
            MemorySegment source = data.segment();
            long from = done;
            if (stored != data.dtype()) {
                source = MemorySegment.ofArray(widened(data, done, count));
                from = 0;
            }
            MemorySegment.copy(
                    source,
                    layout,
                    from * stored.bytes(),
                    target,
                    layout.withOrder(ByteOrder.LITTLE_ENDIAN),
                    0,
                    count);
            out.write(chunk, 0, count * stored.bytes());
        }
    }

    /** {@return the type in which a tensor is written by formats that lack 16-bit floating types: widening loses nothing} */
    static DType widened(DType dtype) {
        return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype;
    }

    private static float[] widened(Tensor data, long first, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) data.doubleAt(first + i);
        }
        return values;
    }

    /** {@return a zero-filled tensor for what is read from a file, with the sentence a user needs where memory is short} */
    static Tensor allocate(Path file, DType dtype, long elements) {
        try {
            return Tensor.zeros(dtype, Shape.of(elements));
        } catch (OutOfMemoryError | SegLossException e) {
            throw new ImageFormatException(
                    "cannot read '"
                            + file
                            + "': out of memory for "
                            + elements
                            + " elements of type "
                            + dtype
                            + ", "
                            + elements * dtype.bytes()
                            + " bytes; a larger heap (-Xmx) may help",
                    e);
        }
    }

    private static Tensor grown(Path file, Tensor data, long capacity) {
        Tensor larger = allocate(file, data.dtype(), capacity);
        MemorySegment.copy(
                data.segment(),
                0,
                larger.segment(),
                0,
                data.shape().elements() * data.dtype().bytes());
        data.close();
        return larger;
    }

    private static void copyElement(
            MemorySegment from, long fromIndex, MemorySegment to, long toIndex, int bytes) {
        switch (bytes) {
            case 1 -> to.set(JAVA_BYTE, toIndex, from.get(JAVA_BYTE, fromIndex));
            case 2 ->
                    to.set(
                            JAVA_SHORT_UNALIGNED,
                            toIndex * 2,
                            from.get(JAVA_SHORT_UNALIGNED, fromIndex * 2));
            case 4 ->
                    to.set(
                            JAVA_INT_UNALIGNED,
                            toIndex * 4,
                            from.get(JAVA_INT_UNALIGNED, fromIndex * 4));
            default ->
                    to.set(
                            JAVA_LONG_UNALIGNED,
                            toIndex * 8,
                            from.get(JAVA_LONG_UNALIGNED, fromIndex * 8));
        }
    }

    /** Reads chunk after chunk of a file into tensors. */
    private static final class Chunks {
        private final FileBytes bytes;
        private final Decoder decoder;
        private final MemorySegment chunk;
        private final int elements;

        Chunks(FileBytes bytes, Decoder decoder, Arena arena, long most) {
            this.bytes = bytes;
            this.decoder = decoder;
            this.elements = (int) Math.min(most, CHUNK_BYTES / decoder.stored().bytes());
            this.chunk = bytes.chunk(arena, elements * decoder.stored().bytes());
        }

        int elements() {
            return elements;
        }

        /** {@return how many elements were read, at most those wanted} */
        int read(long wanted, MemorySegment to, long index) {
            int count = (int) Math.min(wanted, elements);
            long size = (long) count * decoder.stored().bytes();
            if (decoder.isIdentity() && isBuffer(to)) {
                bytes.fill(
                        to.asSlice(index * decoder.stored().bytes(), size).asByteBuffer(),
                        "elements");
            } else {
                bytes.fill(chunk.asSlice(0, size).asByteBuffer(), "elements");
                decoder.decode(chunk, count, to, index);
            }
            return count;
        }

        // A segment of an array of anything but bytes cannot be seen as a buffer, and the inflater
        // only writes to byte arrays.
        private boolean isBuffer(MemorySegment to) {
            return to.isNative()
                    ? !bytes.isCompressed()
                    : to.heapBase().filter(base -> base instanceof byte[]).isPresent();
        }
    }

    /** Counts through an array with the first axis fastest, and tells where each element lies in row-major order. */
    private static final class ColumnMajorOrder {
        private final long[] sizes;
        private final long[] strides;
        private final long[] position;
        private long index;

        ColumnMajorOrder(Shape shape) {
            sizes = shape.toArray();
            strides = new long[sizes.length];
            position = new long[sizes.length];
            long stride = 1;
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                strides[axis] = stride;
                stride *= sizes[axis];
            }
        }

        long next() {
            long current = index;
            for (int axis = 0; axis < sizes.length; axis++) {
                index += strides[axis];
                if (++position[axis] < sizes[axis]) {
                    break;
                }
                index -= sizes[axis] * strides[axis];
                position[axis] = 0;
            }
            return current;
        }
    }
}
