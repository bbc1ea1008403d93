package io.github.segloss.cli;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.KernelCompilationException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Capabilities;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Reason;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import java.util.List;

/** Backends that fail, never chosen unless named. */
public final class BrokenBackends {
    private static final Device DEVICE = new Device(0, "toy", "of the tests");
    private static final Capabilities CAPABILITIES =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);

    private BrokenBackends() {}

    /** Can be opened, but compiles nothing. */
    public static final class Uncompiling implements BackendProvider {
        @Override
        public String name() {
            return "uncompiling";
        }

        @Override
        public int priority() {
            return Integer.MIN_VALUE;
        }

        @Override
        public Availability probe() {
            return new Availability.Available(List.of(DEVICE), CAPABILITIES);
        }

        @Override
        public Backend open(BackendOptions options) {
            return new UncompilingBackend();
        }
    }

    private static final class UncompilingBackend implements Backend {
        @Override
        public String name() {
            return "uncompiling";
        }

        @Override
        public Device device() {
            return DEVICE;
        }

        @Override
        public Capabilities capabilities() {
            return CAPABILITIES;
        }

        @Override
        public Executable compile(Program program, TensorTypes types) {
            throw new KernelCompilationException("the toy compiles nothing");
        }

        @Override
        public void close() {}
    }

    /** Is unavailable. */
    public static final class Missing implements BackendProvider {
        @Override
        public String name() {
            return "missing";
        }

        @Override
        public int priority() {
            return Integer.MIN_VALUE;
        }

        @Override
        public Availability probe() {
            return new Availability.Unavailable(Reason.DEVICE_MISSING, "the toy was lost");
        }

        @Override
        public Backend open(BackendOptions options) {
            throw new BackendUnavailableException("the toy was lost");
        }
    }
}
