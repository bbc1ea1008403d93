package io.github.segloss.tensor.dlpack;

/** Where the memory of an exchanged tensor is. The numbers are those of {@code DLDeviceType}. */
public enum DlpackDevice {
    /** Memory of the host. */
    CPU(1),
    /** Memory of a CUDA device. */
    CUDA(2),
    /** Memory of the host that is page-locked for CUDA. */
    CUDA_HOST(3);

    private final int code;

    DlpackDevice(int code) {
        this.code = code;
    }

    /** {@return the number by which DLPack knows it} */
    public int code() {
        return code;
    }

    /** {@return whether Java can address the memory} */
    public boolean isOnHost() {
        return this != CUDA;
    }
}
