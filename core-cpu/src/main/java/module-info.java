/** Backends for the processor: the scalar reference, and OpenBLAS. */
module io.github.segloss.cpu {
    requires transitive io.github.segloss;
    requires org.bytedeco.javacpp;
    requires org.bytedeco.openblas;

    exports io.github.segloss.cpu;

    provides io.github.segloss.backend.BackendProvider with
            io.github.segloss.cpu.OpenBlasBackendProvider,
            io.github.segloss.cpu.ScalarBackendProvider;
}
