package io.github.segloss.cuda;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Result;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Node;
import io.github.segloss.graph.Op;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The outputs without SPACE of one call. They stay on the device until the first of them is asked for. */
final class CudaResult implements Result {
    private final CudaExecutable executable;
    private final Arguments arguments;
    private final Workspace.Tables tables;
    private final Cleaner.Cleanable giveBack;
    private double @Nullable [] numbers;

    CudaResult(CudaExecutable executable, Arguments arguments, Workspace.Tables tables) {
        this.executable = executable;
        this.arguments = arguments;
        this.tables = tables;
        this.giveBack = executable.backend().cleaner().register(this, returnOf(executable, tables));
    }

    /** Must not refer to the result, which would then never be forgotten. */
    private static Runnable returnOf(CudaExecutable executable, Workspace.Tables tables) {
        return () -> executable.giveBack(tables);
    }

    @Override
    public double[] table(String output) {
        Node node = executable.program().graph().outputs().get(output);
        if (node == null || executable.program().outputs().get(output).isGrid()) {
            throw new IllegalArgumentException(
                    "the program has no output without SPACE called '" + output + "'");
        }
        int classes = executable.program().graph().classes();
        return switch (node.op()) {
            case Op.Constant(double value) -> new double[] {value};
            case Op.ClassTable(List<Double> values) ->
                    values.stream().mapToDouble(v -> v).toArray();
            case Op.ClassIndex _ -> IntStream.range(0, classes).asDoubleStream().toArray();
            case Op.Size(Axes axes) -> new double[] {arguments.elements(axes, classes)};
            case Op.Input input -> arguments.table(input.name()).clone();
            default -> read(node);
        };
    }

    private synchronized double[] read(Node node) {
        double[] all = numbers;
        long batch = arguments.geometry().batch();
        TableLayout layout = executable.source().layout();
        if (all == null) {
            all = new double[Math.toIntExact(layout.length(batch))];
            executable.download(MemorySegment.ofArray(all), tables);
            numbers = all;
            giveBack.clean();
        }
        int from = Math.toIntExact(layout.position(node).at(batch));
        return Arrays.copyOfRange(all, from, from + Math.toIntExact(layout.count(node, batch)));
    }

    @Override
    public void await() {
        executable.await();
    }
}
