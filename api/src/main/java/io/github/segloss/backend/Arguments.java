package io.github.segloss.backend;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Op;
import io.github.segloss.program.Program;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run is given: sizes, tensors and tables by name. May be reused for many runs, but not changed while one is under way. */
public final class Arguments {
    private final Geometry geometry;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, double[]> tables = new HashMap<>();
    private boolean accumulates;

    /**
     * Creates arguments without tensors and tables.
     *
     * @param geometry the sizes
     */
    public Arguments(Geometry geometry) {
        this.geometry = geometry;
    }

    /** {@return the sizes} */
    public Geometry geometry() {
        return geometry;
    }

    /**
     * {@return this, with a tensor for a pixel input or a pixel output}
     *
     * @param name the name of the input or output
     * @param tensor the tensor, with exactly the elements of its extent
     */
    public Arguments tensor(String name, Tensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    /**
     * {@return this, with the values of an input without SPACE}
     *
     * @param name the name of the input
     * @param values row-major over BATCH and CLASS as far as the input varies along them; C x C for a matrix
     */
    public Arguments table(String name, double... values) {
        tables.put(name, values);
        return this;
    }

    /**
     * {@return this, with the rule for pixel outputs}
     *
     * @param accumulate whether results are added to what the output tensors hold; otherwise they overwrite it
     */
    public Arguments accumulate(boolean accumulate) {
        this.accumulates = accumulate;
        return this;
    }

    /** {@return whether results are added to what the output tensors hold} */
    public boolean accumulates() {
        return accumulates;
    }

    /**
     * {@return a tensor}
     *
     * @param name the name of a pixel input or pixel output
     * @throws InvalidParameterException if it was not given
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidParameterException(
                    "the program needs a tensor '" + name + "', and none was given");
        }
        return tensor;
    }

    /**
     * {@return a table}
     *
     * @param name the name of an input without SPACE
     * @throws InvalidParameterException if it was not given
     */
    public double[] table(String name) {
        double @Nullable [] table = tables.get(name);
        if (table == null) {
            throw new InvalidParameterException(
                    "the program needs values for '" + name + "', and none were given");
        }
        return table;
    }

    /**
     * {@return how many elements a value of some extent has}
     *
     * @param extent the extent
     * @param classes the size of CLASS
     */
    public long elements(Axes extent, int classes) {
        long count = extent.has(Axis.BATCH) ? geometry.batch() : 1;
        count *= extent.has(Axis.CLASS) ? classes : 1;
        return extent.has(Axis.SPACE) ? Math.multiplyExact(count, geometry.pixels()) : count;
    }

    /**
     * Checks that everything is there with the right sizes and element types. Backends call it before they run.
     *
     * @param program the program
     * @param types the element types that it was compiled for
     * @throws ShapeMismatchException if something has another size or element type
     * @throws InvalidParameterException if something is missing
     */
    public void check(Program program, TensorTypes types) {
        int classes = program.graph().classes();
        for (Op.Input input : program.graph().inputs()) {
            if (input.isPixelInput()) {
                checkTensor(input.name(), elements(input.extent(), classes), types);
            } else {
                long needed =
                        input.matrix()
                                ? (long) classes * classes
                                : elements(input.extent(), classes);
                if (table(input.name()).length != needed) {
                    throw new ShapeMismatchException(
                            "'"
                                    + input.name()
                                    + "' has "
                                    + table(input.name()).length
                                    + " values; the program needs "
                                    + needed);
                }
            }
        }
        program.outputs()
                .forEach((name, extent) -> {
                    if (extent.isGrid()) {
                        checkTensor(name, elements(extent, classes), types);
                    }
                });
    }

    private void checkTensor(String name, long needed, TensorTypes types) {
        Tensor tensor = tensor(name);
        DType type = types.of(name);
        if (tensor.shape().elements() != needed || tensor.dtype() != type) {
            throw new ShapeMismatchException(
                    "'"
                            + name
                            + "' is "
                            + tensor
                            + "; the program needs "
                            + needed
                            + " elements of "
                            + type
                            + " (batch "
                            + geometry.batch()
                            + ", space "
                            + geometry.space()
                            + ")");
        }
    }
}
