package io.github.segloss.vector;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Reason;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** Offers the backend {@code vector}. It needs {@code --add-modules jdk.incubator.vector} and a JVM with its optimizing compiler. */
public final class VectorBackendProvider implements BackendProvider {
    /** The name of the backend. */
    public static final String NAME = "vector";

    /** The property that forces a vector size, in bits: 128, 256 or 512. */
    static final String BITS_PROPERTY = "segloss.vector.bits";

    /** Creates the provider. */
    public VectorBackendProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 50;
    }

    @Override
    public Availability probe() {
        // Nothing here may touch a class of the module before it is known to be there.
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new Availability.Unavailable(
                    Reason.MODULE_MISSING,
                    "the module jdk.incubator.vector is not resolved: start Java with --add-modules jdk.incubator.vector");
        }
        return Probe.run();
    }

    @Override
    public Backend open(BackendOptions options) {
        if (probe() instanceof Availability.Unavailable(_, String detail, _)) {
            throw new BackendUnavailableException(
                    "backend '" + NAME + "' is unavailable: " + detail);
        }
        return new VectorBackend(options);
    }

    /** Loaded only when the module is there. */
    private static final class Probe {
        static Availability run() {
            String mode = System.getProperty("java.vm.info", "");
            if (mode.contains("interpreted mode") || mode.contains("emulated-client")) {
                return new Availability.Unavailable(
                        Reason.JVM_UNSUPPORTED,
                        "this JVM runs without its optimizing compiler ("
                                + mode
                                + "), and vectors would be slower than plain loops: start Java without -Xint and -XX:TieredStopAtLevel");
            }
            String forced = System.getProperty(BITS_PROPERTY);
            if (forced != null && !List.of("128", "256", "512").contains(forced)) {
                return new Availability.Unavailable(
                        Reason.SWITCHED_OFF,
                        "-D" + BITS_PROPERTY + "=" + forced + " is not one of 128, 256 and 512");
            }
            if (Tier.wanted().isEmpty()) {
                return new Availability.Unavailable(
                        Reason.SWITCHED_OFF,
                        "-D"
                                + Tier.PROPERTY
                                + "="
                                + System.getProperty(Tier.PROPERTY)
                                + " is not one of "
                                + String.join(", ", Tier.names()));
            }
            int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
            if (bits < 128) {
                return new Availability.Unavailable(
                        Reason.PLATFORM_UNSUPPORTED,
                        "the vectors of this processor have "
                                + bits
                                + " bits, and at least 128 are needed");
            }
            return new Availability.Available(
                    List.of(VectorBackend.device(BackendOptions.DEFAULT.threadCount())),
                    VectorBackend.CAPABILITIES);
        }
    }
}
