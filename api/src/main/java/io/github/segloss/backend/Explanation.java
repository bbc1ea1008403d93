package io.github.segloss.backend;

import java.util.List;

/**
 * How a backend runs a program, for people.
 *
 * @param backend the backend
 * @param target the instruction set, lanes and threads, or the device and grid
 * @param kernels one line for each kernel, in order
 * @param buffers one line for each buffer of the workspace; empty for a fused program
 * @param notes anything else worth knowing, such as an op that runs on the host
 */
public record Explanation(
        String backend,
        String target,
        List<String> kernels,
        List<String> buffers,
        List<String> notes) {
    /**
     * Copies the lists.
     *
     * @param backend the backend
     * @param target the instruction set or device
     * @param kernels one line for each kernel
     * @param buffers one line for each buffer
     * @param notes anything else
     */
    public Explanation {
        kernels = List.copyOf(kernels);
        buffers = List.copyOf(buffers);
        notes = List.copyOf(notes);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(backend).append(" on ").append(target).append('\n');
        kernels.forEach(line -> text.append("  ").append(line).append('\n'));
        text.append(buffers.isEmpty() ? "  no full-size workspace\n" : "  workspace:\n");
        buffers.forEach(line -> text.append("    ").append(line).append('\n'));
        notes.forEach(line -> text.append("  note: ").append(line).append('\n'));
        return text.toString();
    }
}
