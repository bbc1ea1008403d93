package io.github.segloss.cpu;

import io.github.segloss.cpu.BlasSource.OfArray;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.ReduceFunction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One op on whole arrays. */
sealed interface BlasStep {
    /** What is read. */
    List<BlasSource> reads();

    /** What is written, besides tables. */
    List<BlasSource> writes();

    /** Whether each element of the result needs the same element of the arguments only, so that it may take the place of one. */
    default boolean isElementwise() {
        return this instanceof Pointwise || this instanceof Copy;
    }

    /** A table computed from tables. */
    record Table(Node node) implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return List.of();
        }

        @Override
        public List<BlasSource> writes() {
            return List.of();
        }
    }

    /** A function of one or two arguments, or a select. */
    record Pointwise(Node node, List<BlasSource> reads, BlasSource to) implements BlasStep {
        @Override
        public List<BlasSource> writes() {
            return List.of(to);
        }
    }

    /** The same values stored elsewhere, broadcast along the axes that they lack. */
    record Copy(Node node, BlasSource from, BlasSource to) implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return List.of(from);
        }

        @Override
        public List<BlasSource> writes() {
            return List.of(to);
        }
    }

    /** A reduction over CLASS that keeps SPACE. */
    record ClassReduction(Node node, ReduceFunction function, BlasSource from, BlasSource to)
            implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return List.of(from);
        }

        @Override
        public List<BlasSource> writes() {
            return List.of(to);
        }
    }

    /** A matrix times the class vectors, by gemm: both arrays have the element type of the plan. */
    record ClassMix(Node node, Node matrix, boolean transposed, OfArray from, OfArray to)
            implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return List.of(from);
        }

        @Override
        public List<BlasSource> writes() {
            return List.of(to);
        }
    }

    /**
     * A sum over SPACE and maybe more of one array or of the products of two, by dot.
     *
     * @param over the extent of what is summed
     */
    record Sum(Node node, Axes over, BlasSource from, @Nullable BlasSource times)
            implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return times == null ? List.of(from) : List.of(from, times);
        }

        @Override
        public List<BlasSource> writes() {
            return List.of();
        }
    }

    /** A maximum or minimum over SPACE and maybe more. */
    record Extreme(Node node, ReduceFunction function, BlasSource from) implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            return List.of(from);
        }

        @Override
        public List<BlasSource> writes() {
            return List.of();
        }
    }

    /** A distance transform or window op. */
    record Plane(Node node, List<BlasSource> reads, OfArray to) implements BlasStep {
        @Override
        public List<BlasSource> writes() {
            return List.of(to);
        }
    }

    /** Ranked sums of several values by the same keys: one sort. */
    record RankedSums(
            List<Node> nodes, Axes axes, BlasSource keys, List<BlasSource> values, List<OfArray> to)
            implements BlasStep {
        @Override
        public List<BlasSource> reads() {
            List<BlasSource> all = new ArrayList<>(values);
            all.add(keys);
            return all;
        }

        @Override
        public List<BlasSource> writes() {
            return List.copyOf(to);
        }
    }
}
