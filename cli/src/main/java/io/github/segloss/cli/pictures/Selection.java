package io.github.segloss.cli.pictures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Chooses what is worth showing. */
final class Selection {
    private Selection() {}

    /**
     * {@return the slices with the highest scores, some distance apart, in their order}
     *
     * @param scores one for each slice; slices of score 0 are shown only if there are no others
     * @param most how many at most
     */
    static List<Integer> slices(long[] scores, int most) {
        int apart = Math.max(1, scores.length / (2 * most));
        List<Integer> best =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted(Comparator.comparingLong((Integer k) -> -scores[k]))
                        .toList();
        List<Integer> chosen = new ArrayList<>();
        for (int slice : best) {
            boolean isApart = chosen.stream().allMatch(other -> Math.abs(other - slice) >= apart);
            if (chosen.size() < most && isApart && (scores[slice] > 0 || chosen.isEmpty())) {
                chosen.add(slice);
            }
        }
        chosen.sort(null);
        return chosen;
    }

    /** {@return the indices of the highest scores above 0, highest first} */
    static List<Integer> highest(long[] scores, int most) {
        return IntStream.range(0, scores.length)
                .filter(k -> scores[k] > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer k) -> -scores[k]))
                .limit(most)
                .toList();
    }
}
