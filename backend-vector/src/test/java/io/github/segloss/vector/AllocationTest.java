package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.graph.Op;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.Outputs;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once warm, a run allocates nothing but its small result: no vector is boxed, and scratch memory is used again. */
class AllocationTest {
    private static final int MOST = 300;

    @ParameterizedTest
    @EnumSource(value = SampleLosses.class, names = "LOVASZ", mode = EnumSource.Mode.EXCLUDE)
    void aRunAllocatesItsResultOnly(SampleLosses loss) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
                "this JVM does not count allocated bytes");
        int channels = loss.isBinary() ? 1 : 3;
        LossGraph graph =
                LossGraph.of(
                        loss,
                        loss.options(channels),
                        new InputLayout(channels, false, null, false, false),
                        Outputs.BOTH);
        Geometry geometry = Geometry.of(2, 61, 67);
        Map<String, DType> types = new HashMap<>();
        Arguments arguments = new Arguments(geometry);
        for (Op.Input input : graph.graph().inputs()) {
            if (input.isPixelInput()) {
                DType type = input.name().equals("target") ? DType.UINT8 : DType.FLOAT32;
                types.put(input.name(), type);
                long n = arguments.elements(input.extent(), graph.classes());
                arguments.tensor(input.name(), Tensor.zeros(type, Shape.of(n)));
            } else {
                arguments.table(input.name(), graph.parameters().get(input.name()));
            }
        }
        graph.program()
                .outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        types.put(name, DType.FLOAT32);
                        long n = arguments.elements(extent, graph.classes());
                        arguments.tensor(name, Tensor.zeros(DType.FLOAT32, Shape.of(n)));
                    }
                });
        try (var backend = new VectorBackendProvider().open(new BackendOptions(1, 0));
                Executable executable = backend.compile(graph.program(), new TensorTypes(types))) {
            long least = Long.MAX_VALUE;
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (least > MOST && System.nanoTime() < deadline) {
                for (int k = 0; k < 200; k++) {
                    executable.run(arguments);
                }
                long before = allocated();
                for (int k = 0; k < 20; k++) {
                    executable.run(arguments);
                }
                least = Math.min(least, (allocated() - before) / 20);
            }
            assertTrue(least <= MOST, loss + " allocates " + least + " bytes a run");
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
