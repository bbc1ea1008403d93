package io.github.segloss.cpu;

import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;

/** Where a step of a {@link BlasPlan} reads or writes the values of a node. */
sealed interface BlasSource {
    /** The axes along which the values vary. */
    Axes extent();

    /** A node without SPACE. */
    record OfTable(Node node) implements BlasSource {
        @Override
        public Axes extent() {
            return node.extent();
        }
    }

    /** A tensor of the caller: a pixel input, read where it is, or a pixel output. */
    record OfTensor(String name, Axes extent) implements BlasSource {}

    /** A whole array of the workspace. Several values share one buffer, one after the other: {@link BlasPlan#buffer} knows which. */
    record OfArray(int value, BlasElement element, Axes extent) implements BlasSource {}
}
