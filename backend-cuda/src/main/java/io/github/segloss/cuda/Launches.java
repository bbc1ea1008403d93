package io.github.segloss.cuda;

import io.github.segloss.DeviceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Starts the kernels of a program. Where there are few pixels, starting takes longer than running: from the second such call on the kernels are captured in
 * a graph and started all at once, and what has changed since the last call is replaced in it. Guarded by the backend's lock.
 */
final class Launches {
    /** The most pixels of a batch for which kernels are started as a graph. */
    static final long MOST_GRAPH_PIXELS = 1L << 20;

    private static final int WIDEST_VECTOR = 16;

    private final Driver driver;
    private final List<Launch> launches;
    private final Map<String, Long> functions = new HashMap<>();
    private final long[] numbers;
    private final List<Driver.Step> captured = new ArrayList<>();
    private long graph;
    private boolean hasStarted;

    /**
     * Finds the kernels.
     *
     * @param driver the device
     * @param module the module that they are in
     * @param launches the launches, in order
     */
    Launches(Driver driver, long module, List<Launch> launches) {
        this.driver = driver;
        this.launches = launches;
        for (Launch launch : launches) {
            for (String name : List.of(launch.name(), launch.alignedName())) {
                functions.computeIfAbsent(name, n -> driver.function(module, n));
            }
        }
        int most = launches.stream().mapToInt(l -> l.arguments().size()).max().orElse(0);
        this.numbers = new long[most];
    }

    /** Whether a call of these sizes is started as a graph, once there is one. */
    boolean areCaptured(Sizes sizes) {
        return launches.size() > 1 && sizes.batch() <= MOST_GRAPH_PIXELS / sizes.pixels();
    }

    /**
     * Starts all kernels.
     *
     * @param stream where
     * @param sizes the sizes of the call
     * @param value what is passed for an argument
     */
    void start(long stream, Sizes sizes, ToLongFunction<Launch.Argument> value) {
        if (areCaptured(sizes) && hasStarted) {
            startGraph(stream, sizes, value);
            return;
        }
        for (Launch launch : launches) {
            long function = prepare(launch, sizes, value);
            driver.launch(
                    stream,
                    function,
                    blocks(launch, sizes),
                    Launch.BLOCK,
                    numbers,
                    launch.arguments().size());
        }
        hasStarted = true;
    }

    private void startGraph(long stream, Sizes sizes, ToLongFunction<Launch.Argument> value) {
        boolean isNew = captured.isEmpty();
        for (int k = 0; k < launches.size(); k++) {
            Launch launch = launches.get(k);
            long function = prepare(launch, sizes, value);
            int blocks = blocks(launch, sizes);
            int count = launch.arguments().size();
            if (isNew) {
                captured.add(Driver.Step.of(function, blocks, Launch.BLOCK, numbers, count));
            } else if (!captured.get(k).starts(function, blocks, numbers, count)) {
                Driver.Step step = Driver.Step.of(function, blocks, Launch.BLOCK, numbers, count);
                driver.updateGraph(graph, k, step);
                captured.set(k, step);
            }
        }
        if (isNew) {
            try {
                graph = driver.newGraph(captured);
            } catch (RuntimeException e) {
                captured.clear();
                throw e;
            }
        }
        driver.launchGraph(stream, graph);
    }

    /** Fills in the arguments of a kernel and chooses its variant. */
    private long prepare(Launch launch, Sizes sizes, ToLongFunction<Launch.Argument> value) {
        boolean isAligned = sizes.pixels() % launch.lanes() == 0;
        List<Launch.Argument> arguments = launch.arguments();
        for (int k = 0; k < arguments.size(); k++) {
            Launch.Argument argument = arguments.get(k);
            numbers[k] = value.applyAsLong(argument);
            isAligned &=
                    !(argument instanceof Launch.TensorAddress) || numbers[k] % WIDEST_VECTOR == 0;
        }
        return functions.get(isAligned ? launch.alignedName() : launch.name());
    }

    private static int blocks(Launch launch, Sizes sizes) {
        long blocks = launch.blocks().applyAsLong(sizes);
        if (blocks > Integer.MAX_VALUE) {
            throw new DeviceException(
                    "kernel "
                            + launch.name()
                            + " needs "
                            + blocks
                            + " blocks for "
                            + sizes.batch()
                            + " samples of "
                            + sizes.pixels()
                            + " pixels; a device starts at most "
                            + Integer.MAX_VALUE);
        }
        return (int) blocks;
    }

    void close() {
        if (!captured.isEmpty()) {
            driver.closeGraph(graph);
            captured.clear();
        }
    }
}
