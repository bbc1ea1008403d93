/**
 * Images on disk, as tensors: NIfTI-1, NPY, PNG and TIFF, read and written with bounded memory.
 *
 * <pre>{@code
 * Image scan = Images.read(Path.of("ct.nii.gz"));       // the content decides the format, not the name
 * scan.data();                                          // Tensor[INT16 [30, 101, 122]]: depth, height, width
 * scan.spacing();                                       // {3.0, 3.0, 3.0}: mm along each of these axes
 *
 * Image result = scan.withData(labels);                 // other voxels on the same grid
 * Images.write(Path.of("prediction.nii.gz"), result);   // the name decides the format; the write is atomic
 * }</pre>
 *
 * <p><b>Axes.</b> A tensor is row-major: its last axis varies fastest. NIfTI stores x fastest, so a volume of {@code dim (nx, ny, nz)} is a tensor of
 * shape {@code [nz, ny, nx]}, and nothing is moved in memory. {@link io.github.segloss.images.Image#spacing()} follows the tensor's order (z, y, x);
 * {@link io.github.segloss.images.Affine} keeps NIfTI's own order (x, y, z).
 *
 * <p><b>Element types.</b> A file's type is kept where a {@link io.github.segloss.tensor.DType} exists for it. Unsigned 16-bit becomes {@code INT32},
 * unsigned 32-bit and 64-bit become {@code INT64}. NIfTI's {@code scl_slope} and {@code scl_inter} are applied on reading, which gives a floating type.
 *
 * <p><b>Trust.</b> A header is checked against the size of its file before memory is taken for what it claims, and nothing larger than the system
 * property {@code segloss.images.maxBytes} (in bytes, 16 GiB unless set) is read. Whatever the bytes are, the only exception that a read or a write
 * throws is {@link io.github.segloss.images.ImageFormatException}, whose one sentence names the file, what was found and what is allowed.
 *
 * <p>Arrays of up to 2^31 elements are on the Java heap; larger ones are off it and are freed by {@link io.github.segloss.images.Image#close()}.
 */
@NullMarked
package io.github.segloss.images;

import org.jspecify.annotations.NullMarked;
