package io.github.segloss.loss;

import java.util.List;
import java.util.TreeSet;

/** Which classes count. A single channel always counts. */
public sealed interface ClassSelection {
    /** All classes. */
    ClassSelection ALL = new All();

    /** All classes but 0, the background. */
    ClassSelection FOREGROUND = new Foreground();

    /** All classes. */
    record All() implements ClassSelection {}

    /** All classes but 0. */
    record Foreground() implements ClassSelection {}

    /**
     * Some classes.
     *
     * @param classes the class indices, ascending and distinct
     */
    record Some(List<Integer> classes) implements ClassSelection {
        /**
         * Sorts the classes and removes repetitions.
         *
         * @param classes the class indices
         */
        public Some {
            classes = List.copyOf(new TreeSet<>(classes));
        }
    }

    /**
     * {@return the given classes}
     *
     * @param classes class indices
     */
    static ClassSelection of(Integer... classes) {
        return new Some(List.of(classes));
    }

    /**
     * {@return whether a class counts}
     *
     * @param index the class
     * @param classCount the number of classes
     */
    default boolean includes(int index, int classCount) {
        return classCount == 1
                || switch (this) {
                    case All _ -> true;
                    case Foreground _ -> index != 0;
                    case Some(List<Integer> classes) -> classes.contains(index);
                };
    }
}
