package io.github.segloss.cpu;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Reason;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The few functions of BLAS that the backend calls, through the part of Bytedeco's OpenBLAS that has no LAPACK. BLAS itself is set to one thread, for the whole
 * process, so that what it computes does not depend on their number; the backend's own threads call it on tiles.
 *
 * <p>Sums of float32 numbers go through {@code ddot} on converted tiles and not through {@code dsdot}, which in OpenBLAS 0.3.31 for x86-64 keeps partial sums
 * in float32.
 */
final class OpenBlas {
    private static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);
    private static Availability probed;

    private OpenBlas() {}

    /** Native memory as BLAS functions take it; moved about instead of made anew. */
    static final class Doubles extends DoublePointer {
        Doubles at(long newAddress) {
            address = newAddress;
            return this;
        }
    }

    /** Native memory as BLAS functions take it; moved about instead of made anew. */
    static final class Floats extends FloatPointer {
        Floats at(long newAddress) {
            address = newAddress;
            return this;
        }
    }

    /** Loads the native library at the first call. Never throws. */
    static synchronized Availability probe() {
        if (probed == null) {
            probed = load();
        }
        return probed;
    }

    private static Availability load() {
        try {
            Loader.load(openblas_nolapack.class);
            openblas_nolapack.blas_set_num_threads(1);
            return new Availability.Available(
                    List.of(new Device(0, version(), "float32 and float64, sums in float64")),
                    CAPABILITIES);
        } catch (UnsatisfiedLinkError e) {
            String platform = Loader.getPlatform();
            return new Availability.Unavailable(
                    Reason.LIBRARY_MISSING,
                    "the native library of OpenBLAS for "
                            + platform
                            + " could not be loaded ("
                            + firstLine(e)
                            + "); put org.bytedeco:openblas and org.bytedeco:javacpp with the classifier "
                            + platform
                            + " on the class path",
                    e);
        } catch (LinkageError e) {
            return new Availability.Unavailable(
                    Reason.LIBRARY_MISSING,
                    "the classes of Bytedeco OpenBLAS could not be loaded ("
                            + firstLine(e)
                            + "); put org.bytedeco:openblas and org.bytedeco:javacpp on the class path",
                    e);
        } catch (RuntimeException e) {
            return new Availability.Unavailable(
                    Reason.FAILED, "OpenBLAS could not be started: " + firstLine(e), e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    /** The version and the kind of processor whose kernels are used. */
    private static String version() {
        String config = text("openblas_get_config");
        String core = text("openblas_get_corename");
        if (config.isEmpty()) {
            return "BLAS"; // another library was put in place of OpenBLAS, as Bytedeco allows
        }
        String[] words = config.split("\\s+");
        String version = words.length > 1 ? words[0] + " " + words[1] : config;
        return version + ", kernels for " + core;
    }

    /** The result of a function without arguments that returns a C string; empty if there is no such function. */
    @SuppressWarnings("restricted") // native code is what this class is for
    private static String text(String function) {
        Pointer address = Loader.addressof(function);
        if (address == null) {
            return "";
        }
        try {
            MemorySegment text =
                    (MemorySegment)
                            Linker.nativeLinker()
                                    .downcallHandle(
                                            MemorySegment.ofAddress(address.address()),
                                            FunctionDescriptor.of(ValueLayout.ADDRESS))
                                    .invokeExact();
            return text.reinterpret(1 << 12).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException(function + " failed", e);
        }
    }

    /** The inner product of two runs of float64 numbers. */
    static double dot(int n, Doubles x, Doubles y) {
        return openblas_nolapack.cblas_ddot(n, x, 1, y, 1);
    }

    /** {@code C = M B} or {@code M^T B} for a square matrix M and row-major B and C of n columns out of {@code stride}. */
    static void mix(
            boolean transposed, int size, int n, Doubles m, Doubles b, Doubles c, int stride) {
        openblas_nolapack.cblas_dgemm(
                openblas_nolapack.CblasRowMajor,
                transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                size,
                n,
                size,
                1,
                m,
                size,
                b,
                stride,
                0,
                c,
                stride);
    }

    /** {@code C = M B} or {@code M^T B} for a square matrix M and row-major B and C of n columns out of {@code stride}. */
    static void mix(boolean transposed, int size, int n, Floats m, Floats b, Floats c, int stride) {
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                size,
                n,
                size,
                1,
                m,
                size,
                b,
                stride,
                0,
                c,
                stride);
    }
}
