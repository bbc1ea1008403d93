/**
 * The backend SPI: how programs become executables.
 *
 * <p>A {@link io.github.segloss.backend.BackendProvider} is found by {@link java.util.ServiceLoader}, probed, and opened. The
 * {@link io.github.segloss.backend.Backend} compiles a {@link io.github.segloss.program.Program} to an {@link io.github.segloss.backend.Executable},
 * which runs on {@link io.github.segloss.backend.Arguments}. {@link io.github.segloss.backend.Backends} chooses.
 */
@NullMarked
package io.github.segloss.backend;

import org.jspecify.annotations.NullMarked;
