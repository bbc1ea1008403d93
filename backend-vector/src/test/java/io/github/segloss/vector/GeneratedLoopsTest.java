package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the JVM makes of generated loops: it compiles them, soon, to code without boxes. */
class GeneratedLoopsTest {
    private static final int PATIENCE_SECONDS = 90;

    private static Stream<FusedPass.Loop> loops(SampleLosses loss, int classes) {
        return loss.passes(classes).stream()
                .flatMap(pass -> pass.fused().parts().stream())
                .filter(FusedPass.Loop.class::isInstance)
                .map(FusedPass.Loop.class::cast);
    }

    private static long fixedClasses(FusedPass.Loop loop) {
        return loop.body().lines().stream()
                .filter(line -> line.place() != null && line.place().klass() >= 0)
                .map(line -> line.place().klass())
                .distinct()
                .count();
    }

    /** All share one thread: what nobody can run any more must not keep it from the others. */
    @Test
    void whatBelongsToAClosedBackendIsNotMade() throws InterruptedException {
        Workers workers = new Workers(1);
        FloatPass closed = SampleLosses.DICE.passes(4, workers).getFirst();
        GeneratedLoops first = new GeneratedLoops(List.of(closed.fused()), MemoryAccess.of(1));
        workers.close();
        first.request(closed);
        FloatPass open = SampleLosses.DICE.passes(4).getFirst();
        GeneratedLoops second = new GeneratedLoops(List.of(open.fused()), MemoryAccess.of(1));
        second.request(open);
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (second.ready() == null && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertNotNull(second.ready(), second.describe());
        assertNull(first.ready(), first.describe());
    }

    /** What allocates for a while may still be compiled again; what goes on to is given up. */
    @Test
    void loopsThatGoOnToAllocateAreGivenUp() {
        FloatPass pass = SampleLosses.BCE.passes(1).getFirst();
        GeneratedLoops loops = new GeneratedLoops(List.of(pass.fused()), MemoryAccess.of(1));
        TileCode running = loops.madeNow(pass);
        assertSame(running, loops.ready());
        long second = 1_000_000_000L;
        loops.watch(pass, running, 96, second);
        assertTrue(loops.isBoxed());
        loops.watch(pass, running, 0, 4 * second);
        assertFalse(loops.isBoxed());
        loops.watch(pass, running, 96, 10 * second);
        loops.watch(pass, running, 96, 15 * second);
        loops.watch(pass, loops.scalar(), 96, 40 * second);
        assertSame(running, loops.ready());
        loops.watch(pass, running, 96, 16 * second);
        assertNull(loops.ready());
        assertTrue(loops.describe().contains("given up"), loops.describe());
    }

    /** The maximum over twelve classes in one loop keeps a thread of the JVM's compiler busy for minutes. */
    @ParameterizedTest
    @EnumSource(
            value = SampleLosses.class,
            names = {"BCE", "BINARY_FOCAL"},
            mode = EnumSource.Mode.EXCLUDE)
    void aLoopHasTheValuesOfFewClasses(SampleLosses loss) {
        int few = Schedule.MOST_CLASSES;
        assertEquals(
                few, loops(loss, few).mapToLong(GeneratedLoopsTest::fixedClasses).max().orElse(0));
        for (int classes : new int[] {few + 1, 14, 104}) {
            assertEquals(0, loops(loss, classes).mapToLong(l -> fixedClasses(l)).sum());
            assertTrue(loops(loss, classes).anyMatch(loop -> loop.classes() == classes));
        }
    }

    @ParameterizedTest
    @CsvSource({"TVERSKY,9", "CROSS_ENTROPY,12", "ASYMMETRIC_UNIFIED_FOCAL,14", "DICE,8"})
    void theyAreSoonInUse(SampleLosses loss, int classes) throws InterruptedException {
        for (FloatPass pass : loss.passes(classes)) {
            GeneratedLoops loops =
                    new GeneratedLoops(List.of(pass.fused()), new MemoryAccess(true, false));
            loops.request(pass);
            long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
            while (loops.ready() == null && System.nanoTime() < deadline) {
                Thread.sleep(50);
            }
            assertNotNull(loops.ready(), loss + ", " + classes + ": " + loops.describe());
        }
    }
}
