package io.github.segloss.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.InvalidParameterException;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The choice among three providers that this test registers: a modest one, a strong one that is unavailable, and one whose probe fails. */
class BackendsTest {
    /** Always available. */
    public static final class Modest extends Fake {
        /** Creates it. */
        public Modest() {
            super(
                    "modest",
                    1,
                    new Availability.Available(List.of(new Device(0, "cpu", "plain")), ANY));
        }
    }

    /** Never available. */
    public static final class Strong extends Fake {
        /** Creates it. */
        public Strong() {
            super(
                    "strong",
                    9,
                    new Availability.Unavailable(
                            Reason.DRIVER_MISSING, "no driver: libstrong.so not found"));
        }
    }

    /** Breaks its contract. */
    public static final class Broken extends Fake {
        /** Creates it. */
        public Broken() {
            super("broken", 5, new Availability.Unavailable(Reason.FAILED, ""));
        }

        @Override
        public Availability probe() {
            throw new IllegalStateException("probe exploded");
        }
    }

    private static final Capabilities ANY =
            new Capabilities(Capabilities.ALL_PREDICTIONS, Capabilities.ALL_LABELS, false);

    /** A provider with a fixed answer. */
    abstract static class Fake implements BackendProvider {
        private final String name;
        private final int priority;
        private final Availability answer;

        Fake(String name, int priority, Availability answer) {
            this.name = name;
            this.priority = priority;
            this.answer = answer;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public Availability probe() {
            return answer;
        }

        @Override
        public Backend open(BackendOptions options) {
            return new Backend() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public Device device() {
                    return new Device(0, "cpu", "plain");
                }

                @Override
                public Capabilities capabilities() {
                    return ANY;
                }

                @Override
                public Executable compile(Program program, TensorTypes types) {
                    throw new IllegalStateException("not needed here");
                }

                @Override
                public void close() {}
            };
        }
    }

    @AfterEach
    void clear() {
        System.clearProperty(Backends.PROPERTY);
    }

    @Test
    void theBestThatIsAvailableIsChosen() {
        try (Backend backend = Backends.open(null, BackendOptions.DEFAULT)) {
            assertEquals("modest", backend.name());
        }
    }

    @Test
    void aNamedBackendThatIsUnavailableIsNeverReplaced() {
        BackendUnavailableException e =
                assertThrows(
                        BackendUnavailableException.class,
                        () -> Backends.open("strong", BackendOptions.DEFAULT));
        assertTrue(e.getMessage().contains("libstrong.so not found"), e.getMessage());
        assertTrue(e.getMessage().contains("modest: available"), e.getMessage());
    }

    @Test
    void thePropertyNamesABackend() {
        System.setProperty(Backends.PROPERTY, "strong");
        assertThrows(
                BackendUnavailableException.class,
                () -> Backends.open(null, BackendOptions.DEFAULT));
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        BackendUnavailableException e =
                assertThrows(
                        BackendUnavailableException.class,
                        () -> Backends.open("opencl", BackendOptions.DEFAULT));
        assertTrue(
                e.getMessage().contains("'opencl'") && e.getMessage().contains("modest"),
                e.getMessage());
    }

    @Test
    void aProbeThatThrowsIsAReason() {
        Backends.Candidate broken =
                Backends.probeAll().stream()
                        .filter(c -> c.provider().name().equals("broken"))
                        .findFirst()
                        .orElseThrow();
        assertFalse(broken.isAvailable());
        assertTrue(broken.describe().contains("probe exploded"), broken.describe());
    }

    @Test
    void aServiceEntryWithoutItsClassIsLeftOut() {
        // The service file of these tests names a class that does not exist, before the others.
        assertEquals(3, Backends.providers().size());
    }

    @Test
    void candidatesComeByPriority() {
        assertEquals(
                List.of("strong", "broken", "modest"),
                Backends.probeAll().stream().map(c -> c.provider().name()).toList());
    }

    @Test
    void spacingMustBePositive() {
        InvalidParameterException e =
                assertThrows(
                        InvalidParameterException.class,
                        () -> new Geometry(1, Shape.of(4, 4), List.of(1.0, 0.0)));
        assertTrue(e.getMessage().contains("above 0"), e.getMessage());
        assertThrows(
                InvalidParameterException.class,
                () -> new Geometry(1, Shape.of(4, 4), List.of(1.0)));
    }
}
