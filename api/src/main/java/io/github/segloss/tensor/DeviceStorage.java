package io.github.segloss.tensor;

/** Memory of a device, known to the backend that allocated or wrapped it. Implemented by device backends. */
public non-sealed interface DeviceStorage extends Storage {
    /** {@return the name of the backend that can use this memory} */
    String backend();

    /** {@return the device address of the first byte} */
    long address();
}
