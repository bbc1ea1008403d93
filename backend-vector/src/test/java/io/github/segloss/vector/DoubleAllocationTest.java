package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Once compiled, no loop in float64 allocates anything: no vector is boxed. */
class DoubleAllocationTest {
    private static final int N = 4 * Lanes.COUNT;
    private static final int ROUNDS = 2000;

    private final double[] r = new double[8 * N];
    private final byte[] bytes = new byte[N];
    private final double[] sums = new double[Lanes.COUNT];

    private Map<String, Runnable> loops() {
        Map<String, Runnable> all = new LinkedHashMap<>();
        int count = 0;
        List<TwoForms<DoubleLoops.Loop>> pointwise = new ArrayList<>(DoubleLoops.ALL);
        pointwise.addAll(DoubleConditions.ALL);
        for (TwoForms<DoubleLoops.Loop> forms : pointwise) {
            DoubleLoops.Loop loop = forms.vectors();
            all.put("loop " + count++, () -> loop.run(r, 4 * N, 0, N, 2 * N, 3 * N, N));
            all.put("loop " + count++, () -> loop.run(r, 4 * N, 0, ~N, ~(2 * N), 3 * N, N));
        }
        for (TwoForms<DoubleLoops.Loop> forms : DoubleFunctions.ALL) {
            DoubleLoops.Loop loop = forms.vectors();
            all.put("function " + count++, () -> loop.run(r, 4 * N, 0, 0, 0, 0, N));
        }
        for (DoubleLoops.Loop loop : DoublePower.PARTS) {
            all.put("power " + count++, () -> loop.run(r, 4 * N, 0, ~N, 2 * N, 5 * N, N));
        }
        for (TwoForms<DoubleFolds.Fold> forms : DoubleFolds.ALL) {
            DoubleFolds.Fold fold = forms.vectors();
            all.put("fold " + count++, () -> fold.run(r, 4 * N, 0, N, 2, 2 * N, N));
        }
        for (TwoForms<DoubleSums.Fold> forms : DoubleSums.ALL) {
            DoubleSums.Fold fold = forms.vectors();
            all.put("sum " + count++, () -> fold.run(r, 0, N, sums, 0));
        }
        DoubleFolds.Product product = DoubleFolds.PRODUCT.vectors();
        all.put("product", () -> product.run(r, 4 * N, 0, N, 2, r, 2 * N, 1, N));
        DoubleRows.Widening widening = DoubleRows.UNSIGNED.vectors();
        all.put("widening", () -> widening.run(bytes, r, 0, N));
        return all;
    }

    @Test
    void nothingIsBoxed() {
        assumeTrue(
                Lanes.DOUBLES.length() > 2,
                "C2 has no masks of two lanes on x86 and leaves comparisons of them interpreted");
        // Asking for the bean allocates something itself.
        var bean = ManagementFactory.getThreadMXBean();
        assumeTrue(bean instanceof ThreadMXBean, "this JVM does not count allocated bytes");
        ThreadMXBean threads = (ThreadMXBean) bean;
        Arrays.fill(r, 0.6);
        long deadline = System.nanoTime() + 120_000_000_000L;
        loops().forEach((name, loop) -> {
            long least = Long.MAX_VALUE;
            while (least > 0 && System.nanoTime() < deadline) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int k = 0; k < ROUNDS; k++) {
                    loop.run();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, name + ": bytes in " + ROUNDS + " runs");
        });
    }
}
