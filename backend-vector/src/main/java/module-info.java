/** A backend on the Vector API of the JDK. */
module io.github.segloss.vector {
    requires transitive io.github.segloss;
    requires jdk.management; // how much a thread allocates
    // Static: without it the provider still loads, and says that the module is missing.
    requires static jdk.incubator.vector;

    exports io.github.segloss.vector;

    provides io.github.segloss.backend.BackendProvider with
            io.github.segloss.vector.VectorBackendProvider;
}
