/**
 * The CUDA backend, {@code cuda}: any program rendered to CUDA C, compiled by NVRTC and launched by the driver API.
 *
 * <p>{@link io.github.segloss.cuda.CudaBackendProvider} probes without touching any native library but the driver's. The way of a program:
 * {@code CudaSource} renders its kernels to one text and a list of launches, a {@code KernelCompiler} makes a module of the text, and
 * {@code CudaExecutable} runs the launches through a {@code Driver}, which is either the real one or, in tests, an emulation on the processor.
 */
@NullMarked
package io.github.segloss.cuda;

import org.jspecify.annotations.NullMarked;
