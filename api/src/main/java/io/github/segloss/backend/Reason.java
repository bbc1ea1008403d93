package io.github.segloss.backend;

/** Why a backend is unavailable. */
public enum Reason {
    /** It was switched off by a property or variable. */
    SWITCHED_OFF,
    /** This operating system or processor is not supported. */
    PLATFORM_UNSUPPORTED,
    /** A Java module is not resolved, such as {@code jdk.incubator.vector}. */
    MODULE_MISSING,
    /** The JVM lacks something, such as its optimizing compiler. */
    JVM_UNSUPPORTED,
    /** A native library could not be loaded. */
    LIBRARY_MISSING,
    /** There is no device driver. */
    DRIVER_MISSING,
    /** The driver is older than needed. */
    DRIVER_TOO_OLD,
    /** There is a driver but no device. */
    DEVICE_MISSING,
    /** The device is older than needed. */
    DEVICE_TOO_OLD,
    /** The run-time compiler of the device is missing. */
    COMPILER_MISSING,
    /** Something else failed; the detail says what. */
    FAILED
}
