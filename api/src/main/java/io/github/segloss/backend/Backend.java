package io.github.segloss.backend;

import io.github.segloss.program.Program;
import io.github.segloss.tensor.Tensor;

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

    /** Frees everything; a later use throws. Closing twice does nothing. */
    @Override
    void close();
}
