package io.github.segloss.program;

/** One step of a {@link Program}. A backend is what can run these three. */
public sealed interface Kernel permits GridKernel, ScalarKernel, StructuredKernel {}
