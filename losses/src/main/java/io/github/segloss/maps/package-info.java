/**
 * Maps and label images that go with losses: distance maps, the U-Net weight map, predictions as labels. Each is a small graph that runs on the backend of a
 * session, like a loss.
 *
 * <pre>{@code
 * DistanceMaps maps = new DistanceMaps(session, DType.FLOAT32);
 * Tensor distances = maps.signedOfLabels(labels, 4, 1, 0.8, 0.8, 3.0);             // once for each target
 * LossResult result = boundary.evaluate(LossInputs.of(logits, labels).withDistanceMap(distances));
 * }</pre>
 *
 * <p>A spacing is given as one number for each spatial axis, the last axes of a tensor. For masks all axes before them are independent images.
 */
@NullMarked
package io.github.segloss.maps;

import org.jspecify.annotations.NullMarked;
