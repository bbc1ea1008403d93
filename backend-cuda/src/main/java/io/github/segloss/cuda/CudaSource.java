package io.github.segloss.cuda;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.GridKernel;
import io.github.segloss.program.Kernel;
import io.github.segloss.program.Program;
import io.github.segloss.program.ScalarKernel;
import io.github.segloss.program.StructuredKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A program as CUDA C: one text that needs no header, and the launches that run it.
 *
 * @param text the whole text
 * @param kernels the part of the text that is the program's own, without what all programs share
 * @param launches the launches, in order
 * @param buffers the workspace
 * @param layout where the values without SPACE are
 * @param isDouble whether pixels are computed in float64
 */
record CudaSource(
        String text,
        String kernels,
        List<Launch> launches,
        List<Launch.Buffer> buffers,
        TableLayout layout,
        boolean isDouble) {

    static CudaSource of(Program program, TensorTypes types) {
        CudaUnit unit = new CudaUnit(program, types);
        StructuredSource structuredSource = new StructuredSource(unit);
        List<Kernel> kernels = program.kernels();
        boolean isStructured = false;
        for (int k = 0; k < kernels.size(); k++) {
            switch (kernels.get(k)) {
                case ScalarKernel scalar -> {
                    ScalarSource source = new ScalarSource(unit, scalar);
                    source.writeFunction();
                    source.writeKernel();
                }
                case StructuredKernel structured -> {
                    isStructured = true;
                    structuredSource.write(structured);
                }
                case GridKernel grid -> {
                    boolean hasEpilogue =
                            !grid.accumulators().isEmpty()
                                    && k + 1 < kernels.size()
                                    && kernels.get(k + 1) instanceof ScalarKernel;
                    ScalarKernel epilogue = hasEpilogue ? (ScalarKernel) kernels.get(++k) : null;
                    if (epilogue != null) {
                        new ScalarSource(unit, epilogue).writeFunction();
                    }
                    new GridSource(unit, grid, epilogue).write();
                }
            }
        }
        String head =
                "typedef "
                        + (unit.isDouble() ? "double" : "float")
                        + " real;\ntypedef "
                        + (unit.isLongIndex() ? "long long" : "int")
                        + " ix;\n";
        String text =
                head
                        + part("prelude.cu")
                        + (isStructured ? part("structured.cu") : "")
                        + unit.text();
        return new CudaSource(
                text,
                head + unit.text(),
                List.copyOf(unit.launches()),
                List.copyOf(unit.buffers().values()),
                unit.layout(),
                unit.isDouble());
    }

    /** A text that programs share, by its name. */
    static String part(String name) {
        try (InputStream in =
                Objects.requireNonNull(CudaSource.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
