/** Tensors, the expression language, autodiff, the compiler to kernels, and the SPIs of losses and backends. */
module io.github.segloss {
    requires static transitive org.jspecify;

    exports io.github.segloss;
    exports io.github.segloss.autodiff;
    exports io.github.segloss.backend;
    exports io.github.segloss.expr;
    exports io.github.segloss.graph;
    exports io.github.segloss.loss;
    exports io.github.segloss.program;
    exports io.github.segloss.runtime;
    exports io.github.segloss.tensor;
    exports io.github.segloss.tensor.dlpack;

    uses io.github.segloss.backend.BackendProvider;
    uses io.github.segloss.loss.LossProvider;
}
