/**
 * What is judged: files are read into a {@link io.github.segloss.cli.scene.Scene}, a prediction and a target on one grid, or the built-in phantom makes one.
 */
@NullMarked
package io.github.segloss.cli.scene;

import org.jspecify.annotations.NullMarked;
