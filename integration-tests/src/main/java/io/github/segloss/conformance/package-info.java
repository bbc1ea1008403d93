/**
 * The conformance kit: what every backend is held to, ours and anyone else's.
 *
 * <p>A backend is tested by a class of three lines:
 *
 * <pre>{@code
 * class MyBackendTest implements BackendConformance {
 *     @Override public BackendProvider provider() { return new MyBackendProvider(); }
 * }
 * }</pre>
 *
 * <p>It gets one JUnit test for each rule, named after the rule: {@code required_op_log1p}, {@code required_loss_dice_softmax},
 * {@code optional_dtype_bfloat16}. What a backend does not claim in its {@link io.github.segloss.backend.Capabilities} is skipped, with the reason. Every
 * comparison is by {@link io.github.segloss.conformance.Tolerance}, the one place that says how far two results may be apart and why; the other side of
 * the comparison is the reference backend, a tiny definition of the op, or a golden file.
 *
 * <p>Besides the written rules there are random ones: {@link io.github.segloss.conformance.GeneratedPrograms} makes graphs over all ops and cuts one that fails
 * down to the smallest. {@code docs/conformance.md} lists every rule.
 *
 * <p>{@link io.github.segloss.conformance.GoldenVerification} runs golden files, outside JUnit too: the command {@code segloss verify} is made of it.
 */
@NullMarked
package io.github.segloss.conformance;

import org.jspecify.annotations.NullMarked;
