package io.github.segloss.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.segloss.SegLossException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Role;
import io.github.segloss.graph.ValueType;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The run contract on the OpenBLAS backend: threads, memory, what is refused. */
class OpenBlasExecutableTest {

    /** Softmax probabilities against a target, with a mixed and a ranked part, large enough to be shared out. */
    private static Calculation calculation(int samples, int size, DType type, long seed) {
        Random random = new Random(seed);
        Calculation c = new Calculation(3, Geometry.of(samples, size, size), type);
        Expr x = c.randomPixels("x", Axes.ALL, random);
        Expr g = c.randomPixels("g", Axes.BATCH_SPACE, random);
        Expr p = Formulas.softmaxProbabilities(x).p();
        Expr mixed = p.classMix(c.matrix("m", 0, 1, 2, 1, 0, 1, 2, 1, 0), true);
        c.output("sum", p.mul(g).sum(Axes.SPACE)).output("least", mixed.min(Axes.ALL));
        c.output("ranked", g.rankedSum(x, Axes.SPACE).mul(p).sum(Axes.BATCH_SPACE));
        return c.output("y", mixed.mul(p));
    }

    private static void assertSame(
            Calculation.Outcome expected, Calculation.Outcome found, String what) {
        assertEquals(expected.values().keySet(), found.values().keySet());
        expected.values()
                .forEach((name, values) ->
                        assertArrayEquals(values, found.get(name), what + ": " + name));
    }

    @Test
    void theNumberOfThreadsMakesNoDifference() {
        for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            Calculation c = calculation(3, 181, type, 1);
            Calculation.Outcome expected = null;
            for (int threads : new int[] {1, 2, 3, 7}) {
                try (Backend backend = Subjects.openblas(threads);
                        Executable executable = backend.compile(c.program(), c.types())) {
                    for (int repeat = 0; repeat < 3; repeat++) {
                        Calculation.Outcome found = c.run(executable);
                        expected = expected == null ? found : expected;
                        assertSame(expected, found, threads + " threads");
                    }
                }
            }
        }
    }

    @Test
    void concurrentRunsAgree() throws Exception {
        List<Calculation> inputs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            inputs.add(calculation(1 + i, 150 + i, DType.FLOAT32, i));
        }
        try (Backend backend = Subjects.openblas(2);
                Executable executable =
                        backend.compile(inputs.get(0).program(), inputs.get(0).types());
                ExecutorService callers = Executors.newFixedThreadPool(4)) {
            List<Calculation.Outcome> expected =
                    inputs.stream().map(c -> c.run(executable)).toList();
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> runs = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                int first = caller;
                runs.add(
                        callers.submit(() -> {
                            start.await();
                            for (int i = 0; i < 4; i++) {
                                int which = (first + i) % inputs.size();
                                Calculation.Outcome found = inputs.get(which).run(executable);
                                assertSame(expected.get(which), found, "input " + which);
                            }
                            return null;
                        }));
            }
            start.countDown();
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    @Test
    void aRunInSteadyStateAllocatesLittle() {
        Calculation c = calculation(2, 160, DType.FLOAT32, 1);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Backend backend = Subjects.openblas(1);
                Executable executable = backend.compile(c.program(), c.types())) {
            Arguments arguments = c.arguments(0);
            for (int i = 0; i < 8; i++) {
                executable.run(arguments);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            executable.run(arguments);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            // The arrays of the run have 2 * 3 * 160 * 160 elements, one plane 204800 bytes.
            assertTrue(allocated < 40_000, () -> allocated + " bytes were allocated");
        }
    }

    @Test
    void theWorkspaceIsExplained() {
        Calculation c = calculation(1, 4, DType.FLOAT32, 1);
        try (Backend backend = Subjects.openblas(2);
                Executable executable = backend.compile(c.program(), c.types())) {
            Explanation explanation = executable.explain();
            String text = explanation.toString();
            assertEquals("openblas", explanation.backend());
            assertTrue(explanation.target().contains("2 threads"), text);
            assertTrue(text.contains(" by sgemm -> array "), text);
            assertTrue(text.contains(" by ddot of the factors of "), text);
            assertTrue(text.contains("-> y"), text);
            assertTrue(text.contains("one sort: "), text);
            assertTrue(text.contains("x float32, 4 bytes per element, holds "), text);
            assertTrue(text.contains("x flag, 1 byte per element"), text);
            assertTrue(text.contains("rounds to float32; sums are carried in float64"), text);
            int arrays = explanation.buffers().size();
            assertTrue(
                    text.contains("workspace: 5 arrays, 4 N S + 17 N C S bytes off the heap"),
                    text);
            assertEquals(5, arrays);
            long written =
                    explanation.kernels().stream().filter(k -> k.contains("-> array")).count();
            assertTrue(arrays < written, () -> "buffers are not shared: " + text);
        }
    }

    @Test
    void anOpOnTheValueOfTheLastNeedsOneArray() {
        Calculation c = new Calculation(1, Geometry.of(1, 9), DType.FLOAT32);
        Expr x = c.randomPixels("x", Axes.BATCH_SPACE, new Random(1));
        c.output("y", x.exp().tanh().sqrt().add(1).square().log().sum(Axes.SPACE));
        try (Backend backend = Subjects.openblas(1);
                Executable executable = backend.compile(c.program(), c.types())) {
            assertEquals(1, executable.explain().buffers().size());
        }
    }

    @Test
    void whatIsClosedIsRefused() {
        Calculation c = calculation(1, 3, DType.FLOAT32, 1);
        Backend backend = Subjects.openblas(2);
        Executable closed = backend.compile(c.program(), c.types());
        Executable open = backend.compile(c.program(), c.types());
        c.run(closed);
        closed.close();
        closed.close();
        assertTrue(
                assertThrows(SegLossException.class, () -> c.run(closed))
                        .getMessage()
                        .contains("was closed"));
        c.run(open);
        backend.close();
        backend.close();
        assertThrows(SegLossException.class, () -> c.run(open));
        assertTrue(
                assertThrows(SegLossException.class, () -> backend.compile(c.program(), c.types()))
                        .getMessage()
                        .contains("openblas"));
    }

    @Test
    void wrongArgumentsAreRefusedAndDoNoHarm() {
        Calculation c = calculation(1, 3, DType.FLOAT32, 1);
        try (Backend backend = Subjects.openblas(2);
                Executable executable = backend.compile(c.program(), c.types())) {
            Calculation.Outcome expected = c.run(executable);
            Arguments wrong = c.arguments(0).tensor("x", Tensor.wrap(new float[5], 5));
            assertThrows(ShapeMismatchException.class, () -> executable.run(wrong));
            Tensor freed = Tensor.allocate(DType.FLOAT32, Shape.of(27));
            freed.close();
            Arguments closed = c.arguments(0).tensor("x", freed);
            assertThrows(SegLossException.class, () -> executable.run(closed));
            assertSame(expected, c.run(executable), "after errors");
        }
    }

    @Test
    void memoryOfOneThreadOnlyIsUsedByThatThreadOnly() {
        Calculation c = calculation(2, 200, DType.FLOAT32, 4);
        try (Backend backend = Subjects.openblas(4);
                Executable executable = backend.compile(c.program(), c.types());
                Arena arena = Arena.ofConfined()) {
            Calculation.Outcome expected = c.run(executable);
            Arguments arguments = c.arguments(0);
            for (String name : List.of("x", "y")) {
                Tensor on = arguments.tensor(name);
                MemorySegment memory = arena.allocate(on.segment().byteSize(), 8);
                memory.copyFrom(on.segment());
                arguments.tensor(name, Tensor.wrap(memory, on.dtype(), on.shape()));
            }
            assertSame(expected, Calculation.run(executable, arguments), "confined");
        }
    }

    @Test
    void aWorkspaceThatCannotBeThereIsAnError() {
        Calculation c = new Calculation(1, Geometry.of(1 << 20, 1 << 20), DType.FLOAT32);
        c.output("y", c.table("t", Axes.NONE, 1).add(2));
        // One broadcast value is enough to ask for an array of all pixels.
        Op.Input input = new Op.Input(Role.OTHER, "x", Axes.BATCH_SPACE, ValueType.FLOAT, false);
        Expr x = Expr.of(Nodes.input(input));
        c.output("z", x.exp().add(x).sum(Axes.SPACE));
        try (BlasWorkspace workspace =
                new BlasWorkspace(
                        BlasPlanner.plan(c.program(), new TensorTypes(Map.of("x", DType.FLOAT32))),
                        1)) {
            SegLossException e =
                    assertThrows(
                            SegLossException.class,
                            () -> workspace.fit(Geometry.of(1 << 20, 1 << 20)));
            assertTrue(e.getMessage().contains("bytes off the heap"), e.getMessage());
            e =
                    assertThrows(
                            SegLossException.class,
                            () -> workspace.fit(Geometry.of(1, 1 << 20, 1 << 20)));
            assertTrue(e.getMessage().contains("pixels"), e.getMessage());
            workspace.fit(Geometry.of(1, 10));
            assertFalse(workspace.block().equals(MemorySegment.NULL));
        }
    }

    @Test
    void theFailureOfAPartIsThrownWhenAllHaveEnded() {
        try (BlasWorkers workers = new BlasWorkers(4)) {
            boolean[] done = new boolean[100];
            workers.forEach(100, 4, (part, _) -> done[part] = true);
            for (boolean one : done) {
                assertTrue(one);
            }
            IllegalStateException e =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    workers.forEach(
                                            100,
                                            4,
                                            (part, _) -> {
                                                if (part == 50) {
                                                    throw new IllegalStateException("part 50");
                                                }
                                            }));
            assertEquals("part 50", e.getMessage());
        }
    }
}
