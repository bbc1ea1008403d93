package io.github.segloss.runtime;

import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.program.Program;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An opened backend with the programs compiled on it. Programs are cached by graph, number of classes and element types, not by batch, spatial size or the
 * values of parameters. Thread-safe; close it to free everything.
 */
public final class Session implements AutoCloseable {
    private final Backend backend;

    /** A program by its key, whose hash is computed once, and the element types of its tensors. */
    private record Compiled(String program, TensorTypes types) {}

    private final ConcurrentMap<Compiled, Executable> compiled = new ConcurrentHashMap<>();
    private final AtomicLong compilations = new AtomicLong();

    private Session(Backend backend) {
        this.backend = backend;
    }

    /**
     * {@return a session on the backend that property, variable or priority choose}
     *
     * @throws io.github.segloss.BackendUnavailableException if there is none
     */
    public static Session open() {
        return new Session(Backends.open(null, BackendOptions.DEFAULT));
    }

    /**
     * {@return a session on a backend by name}
     *
     * @param name the name of the backend
     * @throws io.github.segloss.BackendUnavailableException if it is unavailable
     */
    public static Session open(String name) {
        return new Session(Backends.open(name, BackendOptions.DEFAULT));
    }

    /**
     * {@return a session on an opened backend, which it closes in the end}
     *
     * @param backend the backend
     */
    public static Session on(Backend backend) {
        return new Session(backend);
    }

    /** {@return the backend} */
    public Backend backend() {
        return backend;
    }

    /**
     * {@return a loss that can be evaluated}
     *
     * @param loss the loss
     * @param options the options
     */
    public LossFunction loss(Loss loss, LossOptions options) {
        return new LossFunction(this, loss, options);
    }

    /**
     * {@return a program, compiled unless it was before}
     *
     * @param program the program
     * @param types the element types of its tensors
     */
    public Executable executable(Program program, TensorTypes types) {
        return compiled.computeIfAbsent(
                new Compiled(program.key(), types),
                _ -> {
                    compilations.incrementAndGet();
                    return backend.compile(program, types);
                });
    }

    /** {@return how many programs were compiled so far} */
    public long compilations() {
        return compilations.get();
    }

    /** Closes the executables and the backend. */
    @Override
    public void close() {
        compiled.values().forEach(Executable::close);
        compiled.clear();
        backend.close();
    }
}
