/** The CUDA backend: programs as fused CUDA kernels, through the Bytedeco presets. */
module io.github.segloss.cuda {
    requires transitive io.github.segloss;
    requires org.bytedeco.cuda;
    requires org.bytedeco.javacpp;

    exports io.github.segloss.cuda;

    provides io.github.segloss.backend.BackendProvider with
            io.github.segloss.cuda.CudaBackendProvider;
}
