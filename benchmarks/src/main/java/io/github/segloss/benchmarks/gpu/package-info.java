/**
 * Measures a device backend at sizes that fill the device, against copies within its memory and against PyTorch: {@code benchmarks/gpu.sh}, or {@link
 * io.github.segloss.benchmarks.gpu.GpuBenchmark} from any class path that has the backend.
 */
@NullMarked
package io.github.segloss.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
