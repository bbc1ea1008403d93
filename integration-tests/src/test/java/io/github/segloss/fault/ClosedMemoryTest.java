package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory and backends that were closed, before a call or during one: a message, never a crash of the JVM, and no harm to later calls. */
class ClosedMemoryTest {
    private static final DType TYPE = DType.FLOAT32;

    static List<String> backends() {
        return Workload.backends();
    }

    /** A copy off the heap, in an arena of the caller's. */
    private static Tensor copy(Tensor tensor, Arena arena) {
        long bytes = tensor.shape().elements() * tensor.dtype().bytes();
        MemorySegment segment = arena.allocate(bytes, 64);
        MemorySegment.copy(tensor.segment(), 0, segment, 0, bytes);
        return Tensor.wrap(segment, tensor.dtype(), tensor.shape());
    }

    /** A copy off the heap that owns its memory. */
    private static Tensor copy(Tensor tensor) {
        Tensor copy = Tensor.allocate(tensor.dtype(), tensor.shape());
        MemorySegment.copy(tensor.segment(), 0, copy.segment(), 0, copy.segment().byteSize());
        return copy;
    }

    private static void requireRefusal(Supplier<?> call) {
        SegLossException refusal = assertThrows(SegLossException.class, call::get);
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("closed"), message);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesATensorThatWasClosed(String backend) {
        try (Session session = Workload.open(backend)) {
            for (Workload workload : Workload.representatives()) {
                LossInputs good = workload.inputs(TYPE, 1, 2, 9, 11);
                LossFunction function = workload.on(session);
                long[] expected = Workload.bits(function.evaluate(good));
                Tensor prediction = copy(good.prediction());
                Tensor target = copy(good.target());
                Tensor gradient = copy(good.prediction());
                prediction.close();
                target.close();
                gradient.close();
                requireRefusal(() -> function.evaluate(good.withPrediction(prediction)).value());
                requireRefusal(() -> function.evaluate(good.withTarget(target)).value());
                requireRefusal(() -> function.evaluate(good, gradient, false).gradient());
                requireRefusal(() -> function.value(good.withTarget(target)).value());
                assertArrayEquals(expected, Workload.bits(function.evaluate(good)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesMemoryWhoseArenaWasClosed(String backend) {
        try (Session session = Workload.open(backend)) {
            for (Workload workload : Workload.representatives()) {
                LossInputs good = workload.inputs(TYPE, 1, 2, 9, 11);
                LossFunction function = workload.on(session);
                LossInputs dead;
                Tensor gradient;
                try (Arena arena = Arena.ofShared()) {
                    dead = good.withPrediction(copy(good.prediction(), arena));
                    gradient = copy(good.prediction(), arena);
                }
                assertTrue(gradient.storage().isClosed());
                requireRefusal(() -> function.evaluate(dead).value());
                requireRefusal(() -> function.evaluate(good, gradient, true).gradient());
            }
        }
    }

    /** Closing while a call is under way ends the call with a result or with a message. */
    @ParameterizedTest
    @MethodSource("backends")
    void survivesMemoryClosedDuringACall(String backend) throws InterruptedException {
        try (Session session = Workload.open(backend, new BackendOptions(2, 0))) {
            for (Workload workload : Workload.few()) {
                LossInputs good = workload.inputs(TYPE, 7, 2, Workload.sharedSpace(backend));
                LossFunction function = workload.on(session);
                long[] expected = Workload.bits(function.evaluate(good));
                long start = System.nanoTime();
                function.evaluate(good);
                long nanos = System.nanoTime() - start;
                for (int attempt = 0; attempt < 3; attempt++) {
                    LossInputs moved = good.withPrediction(copy(good.prediction()));
                    Tensor gradient = copy(good.prediction());
                    Tensor closed = attempt % 2 == 0 ? moved.prediction() : gradient;
                    closeDuring(
                            () -> {
                                LossResult result = function.evaluate(moved, gradient, false);
                                return closed == gradient
                                        ? withGradientOf(result, expected)
                                        : Workload.bits(result);
                            },
                            closed::close,
                            nanos * attempt / 3,
                            expected);
                    moved.prediction().close();
                    gradient.close();
                }
                assertArrayEquals(expected, Workload.bits(function.evaluate(good)), workload.id());
            }
        }
    }

    /** The bits of a result whose gradient cannot be read any more: those expected, but for the value. */
    private static long[] withGradientOf(LossResult result, long[] expected) {
        long[] bits = expected.clone();
        bits[0] = Double.doubleToRawLongBits(result.value());
        return bits;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void survivesASessionClosedDuringACall(String backend) throws InterruptedException {
        for (Workload workload : Workload.few()) {
            LossInputs inputs = workload.inputs(TYPE, 7, 2, Workload.sharedSpace(backend));
            long[] expected;
            long nanos;
            try (Session session = Workload.open(backend)) {
                expected = Workload.bits(workload.on(session).evaluate(inputs));
                long start = System.nanoTime();
                workload.on(session).evaluate(inputs);
                nanos = System.nanoTime() - start;
            }
            for (int attempt = 0; attempt < 2; attempt++) {
                Session session = Workload.open(backend, new BackendOptions(2, 0));
                LossFunction function = workload.on(session);
                closeDuring(
                        () -> Workload.bits(function.evaluate(inputs)),
                        session::close,
                        nanos * (attempt + 1) / 3,
                        expected);
                session.close();
                requireRefusal(() -> function.evaluate(inputs));
            }
        }
    }

    private static void closeDuring(
            Supplier<long[]> call, Runnable close, long nanos, long[] expected)
            throws InterruptedException {
        AtomicReference<long[]> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller =
                Thread.ofPlatform()
                        .start(() -> {
                            begun.countDown();
                            try {
                                result.set(call.get());
                            } catch (Throwable e) {
                                failure.set(e);
                            }
                        });
        begun.await();
        Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        try {
            close.run();
        } catch (IllegalStateException e) {
            // What a shared arena may say while another thread is inside its memory.
            assertTrue(String.valueOf(e.getMessage()).contains("acquired"), e.toString());
        }
        caller.join(600_000);
        assertTrue(!caller.isAlive(), "the call hangs");
        switch (failure.get()) {
            case null -> assertArrayEquals(expected, result.get());
            case SegLossException e ->
                    assertTrue(String.valueOf(e.getMessage()).contains("closed"), e.toString());
            case Throwable e -> throw new AssertionError("not a refusal: " + e, e);
        }
    }

    /** Memory that only its owner may use is used by the calling thread alone, however large it is. */
    @ParameterizedTest
    @MethodSource("backends")
    void usesConfinedMemoryInTheCallingThreadOnly(String backend) {
        try (Session session = Workload.open(backend, new BackendOptions(3, 0));
                Arena arena = Arena.ofConfined()) {
            for (Workload workload : Workload.representatives()) {
                LossInputs good = workload.inputs(TYPE, 7, 2, Workload.sharedSpace(backend));
                LossFunction function = workload.on(session);
                long[] expected = Workload.bits(function.evaluate(good));
                LossInputs confined =
                        good.withPrediction(copy(good.prediction(), arena))
                                .withTarget(copy(good.target(), arena));
                Tensor gradient = copy(good.prediction(), arena);
                assertArrayEquals(
                        expected,
                        Workload.bits(function.evaluate(confined, gradient, false)),
                        workload.id());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void readsButDoesNotWriteReadOnlyMemory(String backend) {
        try (Session session = Workload.open(backend)) {
            Workload workload = Workload.of("dice_ce");
            LossInputs good = workload.inputs(TYPE, 7, 1, 12, 10);
            LossFunction function = workload.on(session);
            long[] expected = Workload.bits(function.evaluate(good));
            Tensor prediction = readOnly(good.prediction());
            LossInputs fixed = good.withPrediction(prediction).withTarget(readOnly(good.target()));
            assertArrayEquals(expected, Workload.bits(function.evaluate(fixed)));
            SegLossException refusal =
                    assertThrows(
                            SegLossException.class,
                            () -> function.evaluate(good, prediction, false).gradient());
            assertTrue(String.valueOf(refusal.getMessage()).contains("read-only"));
        }
    }

    private static Tensor readOnly(Tensor tensor) {
        return Tensor.wrap(tensor.segment().asReadOnly(), tensor.dtype(), tensor.shape());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anExecutableOfAClosedBackendRefusesToRun(String backend) {
        Op.Input x = new Op.Input(Role.OTHER, "x", Axes.BATCH_SPACE, ValueType.FLOAT, false);
        var outputs = new LinkedHashMap<String, io.github.segloss.graph.Node>();
        outputs.put("total", Nodes.sum(Nodes.input(x), Axes.BATCH_SPACE));
        Program program = Partitioner.partition(Graph.of(1, outputs));
        Arguments arguments =
                new Arguments(Geometry.of(1, 3)).tensor("x", Tensor.wrap(new float[] {1, 2, 4}, 3));
        Session session = Workload.open(backend);
        Executable executable =
                session.backend().compile(program, new TensorTypes(Map.of("x", TYPE)));
        assertEquals(7, executable.run(arguments).number("total"));
        session.backend().close();
        requireRefusal(() -> executable.run(arguments));
        session.close();
    }
}
