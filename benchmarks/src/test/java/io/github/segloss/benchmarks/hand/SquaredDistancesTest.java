package io.github.segloss.benchmarks.hand;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SquaredDistancesTest {
    private static final int[][] SPACES = {
        {1}, {2}, {33}, {5, 7}, {1, 20}, {20, 1}, {17, 35}, {4, 5, 6}, {9, 1, 33}, {12, 18, 7}
    };

    @Test
    void agreesWithLookingAtEveryPair() {
        Random random = new Random(1);
        for (int[] space : SPACES) {
            int size = Arrays.stream(space).reduce(1, Math::multiplyExact);
            for (double share : new double[] {0, 0.03, 0.5, 0.9, 1}) {
                byte[] labels = new byte[size];
                for (int i = 0; i < size; i++) {
                    labels[i] = (byte) (random.nextDouble() < share ? 1 : 0);
                }
                assertArrayEquals(
                        byDefinition(labels, space),
                        new SquaredDistances(labels, space).compute(),
                        () -> Arrays.toString(space) + " " + Arrays.toString(labels));
            }
        }
    }

    private static int[] byDefinition(byte[] labels, int[] space) {
        int[] squared = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            squared[i] = SquaredDistances.NONE;
            for (int j = 0; j < labels.length; j++) {
                if (labels[i] != labels[j]) {
                    squared[i] = Math.min(squared[i], squaredDistance(i, j, space));
                }
            }
        }
        return squared;
    }

    private static int squaredDistance(int i, int j, int[] space) {
        int sum = 0;
        int stride = 1;
        for (int axis = space.length - 1; axis >= 0; axis--) {
            int difference = i / stride % space[axis] - j / stride % space[axis];
            sum += difference * difference;
            stride *= space[axis];
        }
        return sum;
    }
}
