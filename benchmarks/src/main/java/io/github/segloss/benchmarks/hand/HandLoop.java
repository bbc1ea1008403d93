package io.github.segloss.benchmarks.hand;

/** A loss written as a loop for one workload, bound to its inputs and to where its gradient goes. */
public sealed interface HandLoop
        permits BinaryCrossEntropyLoop,
                FocalLoop,
                SigmoidDiceLoop,
                CrossEntropyLoop,
                SoftmaxDiceLoop,
                UnifiedFocalLoop,
                WideUnifiedFocalLoop,
                LovaszLoop,
                BoundaryLoop {
    /** {@return the value of the loss; the gradient has been written} */
    double run();
}
