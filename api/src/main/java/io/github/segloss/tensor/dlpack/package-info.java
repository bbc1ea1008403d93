/**
 * Exchange of tensors with other libraries in the same process, without a copy, by the structures of DLPack (<a
 * href="https://dmlc.github.io/dlpack/latest/c_api.html">C API</a>, versions 0.8 and 1.x).
 *
 * <p>Whoever exports a tensor gives a structure with a deleter; whoever imports it calls the deleter, once, when it needs the memory no more:
 *
 * <pre>{@code
 * try (Tensor logits = DlpackTensor.read(managed, true).toHostTensor()) {  // closing calls the other library's deleter
 *     ...
 * }
 * MemorySegment managed = DlpackTensor.export(Tensor.allocate(...), true); // their call of the deleter closes the tensor
 * }</pre>
 *
 * <p>Tensors on a device go through the backend that has the device, which checks them and keeps its own order. Java has to be started with {@code
 * --enable-native-access=io.github.segloss} ({@code ALL-UNNAMED} on the class path).
 */
@NullMarked
package io.github.segloss.tensor.dlpack;

import org.jspecify.annotations.NullMarked;
