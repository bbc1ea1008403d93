/**
 * Judges a scene: runs the losses and counts the decisions. {@link io.github.segloss.cli.judge.Judge} does it, a
 * {@link io.github.segloss.cli.judge.Judgement} is the result, as text or JSON.
 */
@NullMarked
package io.github.segloss.cli.judge;

import org.jspecify.annotations.NullMarked;
