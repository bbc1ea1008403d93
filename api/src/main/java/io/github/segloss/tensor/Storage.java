package io.github.segloss.tensor;

/** Where the elements of a tensor are: in memory that Java can address, or on a device. */
public sealed interface Storage permits HostStorage, DeviceStorage {
    /** {@return the size in bytes} */
    long byteSize();

    /** Frees the memory if this storage owns it. Closing twice does nothing. */
    void close();

    /** {@return whether the storage was closed} */
    boolean isClosed();
}
