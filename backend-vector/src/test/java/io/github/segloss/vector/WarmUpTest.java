package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** All code over vectors that there is, by its name, whether or not some loss needs it. */
    private static Map<String, VectorCode> all() throws IllegalAccessException {
        Map<String, VectorCode> all = new TreeMap<>();
        List<Class<?>> kinds =
                Stream.of(
                                Loops.class,
                                FunctionLoops.class,
                                ChoiceLoops.class,
                                CompositeLoops.class,
                                SumSteps.class,
                                ClassSteps.class,
                                Probabilities.class,
                                MemorySteps.class)
                        .flatMap(kind ->
                                Stream.concat(
                                        Stream.of(kind), Stream.of(kind.getDeclaredClasses())))
                        .toList();
        for (Class<?> kind : kinds) {
            for (Field field : kind.getDeclaredFields()) {
                if (VectorCode.class.isAssignableFrom(field.getType())
                        && Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    all.put(
                            kind.getSimpleName() + '.' + field.getName(),
                            (VectorCode) field.get(null));
                }
            }
        }
        return all;
    }

    /** What puts vectors into boxes, and how many bytes a call. */
    private static Map<String, Long> boxed(Map<String, VectorCode> all, Frame frame) {
        Map<String, Long> boxed = new TreeMap<>();
        frame.n = VectorCode.TRIAL;
        all.forEach((name, code) -> {
            long before = GeneratedLoops.allocated();
            code.run(frame);
            long bytes = GeneratedLoops.allocated() - before;
            if (bytes > 0) {
                boxed.put(name, bytes);
            }
        });
        return boxed;
    }

    /** The interpreter is taken for compiled when no loop puts a vector into a box: it has to come to that. */
    @Test
    void inTheEndNoLoopPutsVectorsIntoBoxes() throws Exception {
        Map<String, VectorCode> all = all();
        assertTrue(all.size() > 100, "loops found: " + all.size());
        WarmUp.Share share = WarmUp.want(all.values());
        Frame frame = WarmUp.frame();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Map<String, Long> boxed = boxed(all, frame);
        while (!boxed.isEmpty() && System.nanoTime() < deadline) {
            boxed = boxed(all, frame);
        }
        assertEquals(Map.of(), boxed);
        await(share);
    }

    private static void await(WarmUp.Share share) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!share.isDone() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
        assertTrue(share.isDone(), share.describe());
    }
}
