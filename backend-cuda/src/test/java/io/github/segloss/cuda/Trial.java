package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Backend;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Geometry;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.cpu.ScalarBackendProvider;
import io.github.segloss.graph.Graph;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.ValueType;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.program.Partitioner;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/**
 * A program with random data of given types and sizes, to be run on several backends.
 *
 * @param name what it tries
 * @param program the program
 * @param types the element types
 * @param geometry the sizes
 * @param inputs its tensors
 * @param tables its values without SPACE
 */
record Trial(
        String name,
        Program program,
        TensorTypes types,
        Geometry geometry,
        Map<String, Tensor> inputs,
        Map<String, double[]> tables) {

    /** What is varied apart from the program. */
    record Data(
            DType floating,
            DType labels,
            boolean areProbabilities,
            boolean areHard,
            Geometry geometry,
            int seed) {
        static Data of(Geometry geometry) {
            return new Data(DType.FLOAT32, DType.UINT8, false, true, geometry, 1);
        }

        Data floating(DType type) {
            return new Data(type, labels, areProbabilities, areHard, geometry, seed);
        }

        Data labels(DType type) {
            return new Data(floating, type, areProbabilities, areHard, geometry, seed);
        }

        Data probabilities(boolean value) {
            return new Data(floating, labels, value, areHard, geometry, seed);
        }

        Data soft() {
            return new Data(floating, labels, areProbabilities, false, geometry, seed);
        }
    }

    static Trial of(String name, Graph graph, Data data) {
        return of(name, Partitioner.partition(graph), Map.of(), data);
    }

    static Trial of(String name, Loss loss, LossOptions options, InputLayout layout, Data data) {
        LossGraph graph = LossGraph.of(loss, options, layout, Outputs.BOTH);
        return of(name, graph.program(), graph.parameters(), data);
    }

    static Trial of(String name, Program program, Map<String, double[]> parameters, Data data) {
        Random random = new Random(data.seed());
        int classes = program.graph().classes();
        Map<String, DType> types = new LinkedHashMap<>();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        Map<String, double[]> tables = new HashMap<>();
        Arguments sizes = new Arguments(data.geometry());
        for (Op.Input input : program.graph().inputs()) {
            if (!input.isPixelInput()) {
                long count =
                        input.matrix()
                                ? (long) classes * classes
                                : sizes.elements(input.extent(), classes);
                double[] own = parameters.get(input.name());
                tables.put(
                        input.name(),
                        own != null ? own : random.doubles(count, 0.5, 1.5).toArray());
                continue;
            }
            DType type =
                    switch (input.type()) {
                        case FLOAT -> data.floating();
                        case BOOL -> DType.UINT8;
                        case INDEX -> data.labels();
                    };
            Tensor tensor = Tensor.zeros(type, Shape.of(sizes.elements(input.extent(), classes)));
            for (long i = 0; i < tensor.shape().elements(); i++) {
                tensor.set(i, value(input, data, classes, random));
            }
            types.put(input.name(), type);
            inputs.put(input.name(), tensor);
        }
        program.outputs()
                .forEach((name2, extent) -> {
                    if (extent.isGrid()) {
                        types.put(name2, data.floating());
                    }
                });
        return new Trial(name, program, new TensorTypes(types), data.geometry(), inputs, tables);
    }

    private static double value(Op.Input input, Data data, int classes, Random random) {
        if (input.type() == ValueType.INDEX) {
            return random.nextInt(Math.max(classes, 2));
        }
        if (input.type() == ValueType.BOOL) {
            return random.nextInt(4) > 0 ? 1 : 0;
        }
        return switch (input.role()) {
            case TARGET -> data.areHard() ? random.nextInt(2) : random.nextDouble();
            case MASK -> random.nextInt(4) > 0 ? 1 : 0;
            case WEIGHT_MAP -> random.nextDouble() * 2;
            case DISTANCE_MAP -> random.nextGaussian() * 5;
            case PREDICTION ->
                    data.areProbabilities()
                            ? 0.02 + 0.96 * random.nextDouble()
                            : random.nextGaussian() * 2;
            case UPSTREAM, PARAMETER, OTHER -> random.nextGaussian();
        };
    }

    /** The outputs of a run, as numbers. */
    record Outcome(SequencedMap<String, double[]> outputs) {
        /** Requires that each output is near that of another run, relative to the largest number of the output. */
        void assertNear(Outcome expected, double tolerance, String what) {
            expected.outputs()
                    .forEach((name, wanted) -> {
                        double[] found = outputs.get(name);
                        double largest = 0;
                        for (double w : wanted) {
                            largest = Double.isFinite(w) ? Math.max(largest, Math.abs(w)) : largest;
                        }
                        for (int i = 0; i < wanted.length; i++) {
                            boolean isSame = Double.compare(wanted[i], found[i]) == 0;
                            int at = i;
                            assertTrue(
                                    isSame
                                            || Math.abs(wanted[i] - found[i])
                                                    <= tolerance * largest + 1e-30,
                                    () ->
                                            what
                                                    + ": "
                                                    + name
                                                    + "["
                                                    + at
                                                    + "] is "
                                                    + found[at]
                                                    + ", expected "
                                                    + wanted[at]);
                        }
                    });
        }
    }

    Arguments arguments(boolean accumulate) {
        Arguments arguments = new Arguments(geometry).accumulate(accumulate);
        inputs.forEach(arguments::tensor);
        tables.forEach(arguments::table);
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        Shape shape =
                                Shape.of(arguments.elements(extent, program.graph().classes()));
                        Tensor output = Tensor.zeros(types.of(name), shape);
                        for (long i = 0; accumulate && i < shape.elements(); i++) {
                            output.set(i, 0.25 * (i % 5));
                        }
                        arguments.tensor(name, output);
                    }
                });
        return arguments;
    }

    Outcome run(Backend backend) {
        return run(backend, false);
    }

    Outcome run(Backend backend, boolean accumulate) {
        try (Executable executable = backend.compile(program, types)) {
            return run(executable, accumulate);
        }
    }

    Outcome run(Executable executable, boolean accumulate) {
        Arguments arguments = arguments(accumulate);
        Result result = executable.run(arguments);
        SequencedMap<String, double[]> outputs = new LinkedHashMap<>();
        program.outputs()
                .forEach((name, extent) ->
                        outputs.put(
                                name,
                                extent.isGrid()
                                        ? arguments.tensor(name).toDoubleArray()
                                        : result.table(name)));
        return new Outcome(outputs);
    }

    Outcome reference(boolean accumulate) {
        try (Backend scalar = new ScalarBackendProvider().open(BackendOptions.DEFAULT)) {
            return run(scalar, accumulate);
        }
    }

    /** How far float arithmetic may be from the reference. */
    double tolerance() {
        double worst = 1e-11;
        for (DType type : types.byName().values()) {
            worst =
                    Math.max(
                            worst,
                            switch (type) {
                                case FLOAT16 -> 2e-3;
                                case BFLOAT16 -> 1.5e-2;
                                case FLOAT32 -> 2e-5;
                                case FLOAT64, UINT8, INT8, INT16, INT32, INT64 -> 0;
                            });
        }
        return worst;
    }

    String source() {
        return CudaSource.of(program, types).text();
    }
}
