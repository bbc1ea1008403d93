/**
 * Pictures of a judgement: {@link io.github.segloss.cli.pictures.PictureBook} draws contact sheets of prediction, target, errors and gradients, on the slices
 * and for the classes that matter most.
 */
@NullMarked
package io.github.segloss.cli.pictures;

import org.jspecify.annotations.NullMarked;
