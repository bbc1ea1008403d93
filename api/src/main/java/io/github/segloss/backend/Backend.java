package io.github.segloss.backend;

import io.github.segloss.ShapeMismatchException;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Something that can run programs. Thread-safe. Closing it closes its executables and device tensors. */
public interface Backend extends AutoCloseable {
    /** {@return the name of the backend} */
    String name();

    /** {@return the device in use} */
    Device device();

    /** {@return what the backend can do} */
    Capabilities capabilities();

    /**
     * {@return the program, ready to run}
     *
     * @param program the program
     * @param types the element types of its tensors
     * @throws io.github.segloss.KernelCompilationException if an op or element type is not supported; nothing falls back silently
     */
    Executable compile(Program program, TensorTypes types);

    /**
     * {@return a copy of a host tensor where this backend computes; the tensor itself if that is the host}
     *
     * @param host a host tensor
     */
    default Tensor upload(Tensor host) {
        return host;
    }

    /**
     * {@return a copy of a tensor on the host; the tensor itself if it is there}
     *
     * @param tensor a tensor of this backend
     */
    default Tensor download(Tensor tensor) {
        return tensor;
    }

    /**
     * Copies the elements of one tensor to another, where this backend computes.
     *
     * @param source a tensor of this backend
     * @param target another, of the same element type and number of elements
     * @throws ShapeMismatchException if they differ in type or number
     */
    default void copy(Tensor source, Tensor target) {
        requireSame(source, target);
        long bytes = source.shape().elements() * source.dtype().bytes();
        MemorySegment.copy(source.segment(), 0, target.segment(), 0, bytes);
    }

    /**
     * Checks that one tensor can be copied to another.
     *
     * @param source a tensor
     * @param target another
     * @throws ShapeMismatchException if they differ in element type or number of elements
     */
    static void requireSame(Tensor source, Tensor target) {
        if (source.dtype() != target.dtype()
                || source.shape().elements() != target.shape().elements()) {
            throw new ShapeMismatchException(
                    source
                            + " cannot be copied to "
                            + target
                            + "; element type and number of elements must be the same");
        }
    }

    /** Waits until everything that was asked for has ended; at once where calls wait for themselves. */
    default void synchronize() {}

    /** Frees everything; a later use throws. Closing twice does nothing. */
    @Override
    void close();
}
