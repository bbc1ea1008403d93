package io.github.segloss.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.fault.ChildJvm.Outcome;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.graph.ValueType;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors of more than 2^31 elements: positions are 64-bit, and what is too large for one sample is refused by a message that names the limit. */
class LargeVolumeTest {
    private static final boolean LARGE = Boolean.getBoolean("segloss.load.large");
    private static final long INT_RANGE = 1L << 32;

    static List<String> backends() {
        return Workload.backends();
    }

    private static final int WINDOWS = 65; // of 2^25 elements of 16 bits each: more than 2^31
    private static final int PER_WINDOW = (int) (VirtualMemory.WINDOW / 2);
    private static final short HALF = Tensor.floatToBfloat16(0.5f);
    private static final short TWO = Tensor.floatToBfloat16(2);

    /** The fastest one, and all if asked: each of the slower ones takes half a minute. */
    static List<String> backendsForAllElements() {
        return LARGE ? backends() : List.of("vector");
    }

    /** Sums all elements and writes the negative of each: every element lies where it should if the part behind the 2^31st gets its own values. */
    @ParameterizedTest
    @MethodSource("backendsForAllElements")
    void elementsBeyondAnIntAreReadAndWritten(String backend) {
        Node x = Nodes.input(new Op.Input(Role.PREDICTION, "x", Axes.ALL, ValueType.FLOAT, false));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put("total", Nodes.sum(x, Axes.SPACE));
        outputs.put("minus", Nodes.unary(UnaryFunction.NEG, x));
        Program program = Partitioner.partition(Graph.of(WINDOWS, outputs));
        TensorTypes types = new TensorTypes(Map.of("x", DType.BFLOAT16, "minus", DType.BFLOAT16));
        try (Session session = Workload.open(backend);
                VirtualMemory in = new VirtualMemory(WINDOWS);
                VirtualMemory out = new VirtualMemory(WINDOWS)) {
            // Each class is a window: all repetitions of the first are one half at the start, the
            // last is full of twos.
            in.whole().set(ValueLayout.JAVA_SHORT, 0, HALF);
            for (long i = 0; i < PER_WINDOW; i++) {
                in.last().setAtIndex(ValueLayout.JAVA_SHORT, i, TWO);
            }
            Shape shape = Shape.of(1, WINDOWS, PER_WINDOW);
            assertTrue(shape.elements() > Integer.MAX_VALUE);
            Arguments arguments =
                    new Arguments(Geometry.of(1, PER_WINDOW))
                            .tensor("x", Tensor.wrap(in.whole(), DType.BFLOAT16, shape))
                            .tensor("minus", Tensor.wrap(out.whole(), DType.BFLOAT16, shape));
            double[] totals;
            try (Executable executable = session.backend().compile(program, types)) {
                totals = executable.run(arguments).table("total");
            }
            for (int c = 0; c < WINDOWS - 1; c++) {
                assertEquals(0.5, totals[c], "class " + c);
            }
            assertEquals(2.0 * PER_WINDOW, totals[WINDOWS - 1]);
            assertEquals(-0.5f, stored(out.whole(), 0));
            assertEquals(-0f, stored(out.whole(), 1));
            assertEquals(-0f, stored(out.whole(), PER_WINDOW - 1));
            for (long i = 0; i < PER_WINDOW; i += 1023) {
                assertEquals(-2, stored(out.last(), i), "element " + i + " of the last class");
            }
            assertEquals(-2, stored(out.last(), PER_WINDOW - 1));
        }
    }

    private static float stored(MemorySegment elements, long index) {
        return Tensor.bfloat16ToFloat(elements.getAtIndex(ValueLayout.JAVA_SHORT, index));
    }

    /** Nothing is read or allocated before the refusal: there is no memory behind these tensors. */
    @ParameterizedTest
    @MethodSource("backends")
    void refusesASampleOfMorePixelsThanItCanCount(String backend) {
        try (Session session = Workload.open(backend)) {
            for (Workload workload : Workload.representatives()) {
                for (long[] space :
                        List.of(
                                new long[] {INT_RANGE + 5},
                                new long[] {1L << 16, 1L << 16},
                                new long[] {1, Integer.MAX_VALUE},
                                new long[] {2000, 2000, 2000})) {
                    String message = refusal(workload.on(session), workload.options(), 1, space);
                    assertTrue(message.contains("at most"), message);
                    assertTrue(message.contains("pixels"), message);
                    assertTrue(message.contains(backend), message);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesABatchOfMoreSamplesThanItCanCount(String backend) {
        try (Session session = Workload.open(backend)) {
            for (Workload workload : Workload.representatives()) {
                for (long batch : List.of(1L << 30, 1L << 31, INT_RANGE + 1)) {
                    String message = refusal(workload.on(session), workload.options(), batch, 1);
                    assertTrue(message.contains("at most"), message);
                    assertTrue(message.contains("samples"), message);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesARankingOfMoreElementsThanAnArrayHolds(String backend) {
        Node keys =
                Nodes.input(
                        new Op.Input(Role.OTHER, "keys", Axes.BATCH_SPACE, ValueType.FLOAT, false));
        SequencedMap<String, Node> outputs = new LinkedHashMap<>();
        outputs.put(
                "total",
                Nodes.sum(Nodes.rankedSum(keys, keys, Axes.BATCH_SPACE), Axes.BATCH_SPACE));
        Program program = Partitioner.partition(Graph.of(1, outputs));
        try (Session session = Workload.open(backend);
                Executable executable =
                        session.backend()
                                .compile(program, new TensorTypes(Map.of("keys", DType.FLOAT32)))) {
            Shape shape = Shape.of(1 << 15, 1 << 17);
            Arguments arguments =
                    new Arguments(Geometry.of(1 << 15, 1 << 17))
                            .tensor("keys", nowhere(DType.FLOAT32, shape));
            SegLossException refusal =
                    assertThrows(SegLossException.class, () -> executable.run(arguments));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains("at most") || message.contains("out of memory"), message);
        }
    }

    private static String refusal(
            LossFunction function, LossOptions options, long batch, long... space) {
        long[] elements = new long[space.length + 2];
        elements[0] = batch;
        elements[1] = 3;
        System.arraycopy(space, 0, elements, 2, space.length);
        long[] pixels = elements.clone();
        pixels[1] = 1;
        Tensor prediction = nowhere(DType.FLOAT32, Shape.of(elements));
        Tensor target =
                options.target().isDense()
                        ? nowhere(DType.FLOAT32, Shape.of(elements))
                        : nowhere(DType.UINT8, Shape.of(pixels));
        Tensor gradient = nowhere(DType.FLOAT32, Shape.of(elements));
        LossInputs inputs = LossInputs.of(prediction, target).withDistanceMap(prediction);
        SegLossException refusal =
                assertThrows(
                        SegLossException.class, () -> function.evaluate(inputs, gradient, false));
        return String.valueOf(refusal.getMessage());
    }

    /** A tensor whose memory begins at an address where nothing is. */
    @SuppressWarnings("restricted") // that is the point
    private static Tensor nowhere(DType type, Shape shape) {
        long bytes = shape.elements() * type.bytes();
        return Tensor.wrap(MemorySegment.ofAddress(1 << 12).reinterpret(bytes), type, shape);
    }

    /**
     * For real: a loss whose samples are all the same has the value and, shared out, the gradients of one of them. A backend that computes op by op on whole
     * arrays may need more memory than there is; then it has to say how much.
     */
    @ParameterizedTest
    @MethodSource("backends")
    @EnabledIfSystemProperty(
            named = "segloss.load.large",
            matches = "true",
            disabledReason = "needs 12 GB of memory and half an hour: -Dsegloss.load.large=true")
    void aLossOnMoreElementsThanAnIntCounts(String backend)
            throws IOException, InterruptedException {
        Workload.open(backend).close(); // skips, with the reason, where there is no such backend
        Outcome outcome =
                ChildJvm.run(
                        LargeVolume.class,
                        List.of("-Xmx2g", "-XX:MaxDirectMemorySize=40g"),
                        backend);
        outcome.output()
                .lines()
                .filter(line -> line.contains("out of memory: ") && line.contains(" bytes"))
                .findFirst()
                .ifPresent(Assumptions::abort);
        assertEquals(0, outcome.exit(), outcome.output());
    }
}
