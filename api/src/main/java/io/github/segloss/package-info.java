/** The errors of the library, and its front door. */
@NullMarked
package io.github.segloss;

import org.jspecify.annotations.NullMarked;
