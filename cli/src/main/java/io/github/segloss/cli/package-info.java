/**
 * The {@code segloss} command. {@link io.github.segloss.cli.Main#run} runs it inside a program.
 *
 * <p>Exit codes: 0 all is well, 1 some cases or losses failed, 2 bad input or a backend that is unavailable. Results go to stdout, progress and errors to
 * stderr; {@code --json} turns the result into JSON.
 */
@NullMarked
package io.github.segloss.cli;

import org.jspecify.annotations.NullMarked;
