package io.github.segloss.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputsTest {
    @ParameterizedTest
    @EnumSource
    void seedsFixEverything(Workload workload) {
        Inputs one = Inputs.of(workload.shape(8), 9);
        Inputs other = Inputs.of(workload.shape(8), 9);
        assertArrayEquals(one.logits(), other.logits());
        assertArrayEquals(one.labels(), other.labels());
    }

    @ParameterizedTest
    @EnumSource
    void predictionsAreMostlyRightAndNotAlways(Workload workload) {
        Inputs inputs = Inputs.of(workload.shape(4), Inputs.SEED);
        int classes = inputs.classes();
        int pixels = inputs.labels().length / inputs.samples();
        int right = 0;
        int foreground = 0;
        for (int i = 0; i < inputs.labels().length; i++) {
            int first = i / pixels * classes * pixels + i % pixels;
            int best = classes == 1 && inputs.logits()[first] > 0 ? 1 : 0;
            for (int c = 1; c < classes; c++) {
                if (inputs.logits()[first + c * pixels] > inputs.logits()[first + best * pixels]) {
                    best = c;
                }
            }
            right += best == inputs.labels()[i] ? 1 : 0;
            foreground += inputs.labels()[i] != 0 ? 1 : 0;
        }
        double accuracy = (double) right / inputs.labels().length;
        double share = (double) foreground / inputs.labels().length;
        assertTrue(accuracy > 0.4 && accuracy < 0.9999, workload + " accuracy " + accuracy);
        assertTrue(share > 0.005 && share < 0.95, workload + " foreground " + share);
    }
}
