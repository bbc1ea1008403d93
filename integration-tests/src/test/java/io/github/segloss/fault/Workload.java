package io.github.segloss.fault;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A loss with options that it accepts, and random inputs for it: what the tests of this package are done on.
 *
 * @param loss the loss
 * @param options options that it accepts
 */
record Workload(Loss loss, LossOptions options) {
    private static final int CLASSES = 3;

    /** One loss of each shape of program: one pass, two passes, a table lookup, rankings, distances, windows. */
    static List<Workload> representatives() {
        return Stream.of(
                        "cross_entropy",
                        "bce_with_logits",
                        "dice_ce",
                        "focal_tversky",
                        "lovasz_softmax",
                        "topk_cross_entropy",
                        "hausdorff_dt",
                        "soft_cldice")
                .map(Workload::of)
                .toList();
    }

    /** One loss of each kind of memory that a backend may need: none, ranks, distances, windows. */
    static List<Workload> few() {
        return Stream.of("dice_ce", "lovasz_softmax", "hausdorff_dt", "soft_cldice")
                .map(Workload::of)
                .toList();
    }

    /** Spatial sizes at which two samples are large enough for a backend to share them out over threads, if it has any. */
    static long[] sharedSpace(String backend) {
        return backend.equals("scalar") ? new long[] {50, 40} : new long[] {152, 148};
    }

    /** Every loss that needs no parameters. */
    static List<Workload> all() {
        return LossCatalog.load().all().stream()
                .filter(loss -> loss.parameters().stream().noneMatch(ParameterSpec::isRequired))
                .flatMap(loss -> find(loss).stream())
                .toList();
    }

    static Workload of(String id) {
        return find(LossCatalog.load().definition(id)).orElseThrow();
    }

    private static Optional<Workload> find(LossDefinition definition) {
        Loss loss = definition.create(Map.of());
        return Stream.of(
                        LossOptions.softmax(),
                        LossOptions.sigmoid(),
                        LossOptions.of(Activation.SOFTMAX, TargetKind.ONE_HOT),
                        LossOptions.of(Activation.NONE, TargetKind.BINARY),
                        LossOptions.probabilities())
                .map(options -> new Workload(loss, options))
                .filter(Workload::isAccepted)
                .findFirst();
    }

    private boolean isAccepted() {
        try {
            LossGraph.of(
                    loss,
                    options,
                    new InputLayout(CLASSES, false, null, true, false),
                    Outputs.BOTH);
            return true;
        } catch (InvalidParameterException | ShapeMismatchException e) {
            return false;
        }
    }

    /** Random inputs, the same for the same seed; on the heap. */
    LossInputs inputs(DType type, long seed, int batch, long... space) {
        long[] elements = new long[space.length + 2];
        elements[0] = batch;
        elements[1] = CLASSES;
        System.arraycopy(space, 0, elements, 2, space.length);
        long[] pixels = new long[space.length + 1];
        pixels[0] = batch;
        System.arraycopy(space, 0, pixels, 1, space.length);
        SplittableRandom random = new SplittableRandom(seed);
        Tensor prediction = Tensor.zeros(type, Shape.of(elements));
        Tensor distances = Tensor.zeros(type, Shape.of(elements));
        Tensor target =
                options.target().isDense()
                        ? Tensor.zeros(DType.FLOAT32, Shape.of(elements))
                        : Tensor.zeros(DType.UINT8, Shape.of(pixels));
        boolean isLogit = options.activation() != Activation.NONE;
        for (long i = 0; i < prediction.shape().elements(); i++) {
            double u = random.nextDouble();
            prediction.set(i, isLogit ? 6 * u - 3 : 0.05 + 0.9 * u);
            distances.set(i, 10 * random.nextDouble() - 5);
        }
        long run = Shape.of(space).elements();
        for (long i = 0; i < batch * run; i++) {
            // Runs of equal labels, so that there are regions.
            int label = (int) ((i / 5 + random.nextInt(8) / 7) % CLASSES);
            if (options.target().isDense()) {
                target.set((i / run * CLASSES + label) * run + i % run, 1);
            } else {
                target.set(i, label);
            }
        }
        return LossInputs.of(prediction, target).withDistanceMap(distances);
    }

    LossFunction on(Session session) {
        return session.loss(loss, options);
    }

    String id() {
        return loss.id();
    }

    @Override
    public String toString() {
        return loss.id();
    }

    /** A result as bits: every value, then every element of the gradient. */
    static long[] bits(LossResult result) {
        return Stream.of(result.values(), result.gradient())
                .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubleArray()))
                .mapToLong(Double::doubleToRawLongBits)
                .toArray();
    }

    // ---- backends

    /** The names of the backends on the class path. */
    static List<String> backends() {
        return Backends.providers().stream().map(provider -> provider.name()).sorted().toList();
    }

    /** A session on a backend; the test is skipped with the reason where it is unavailable. */
    static Session open(String backend) {
        return open(backend, BackendOptions.DEFAULT);
    }

    /** A session on a backend with options; the test is skipped with the reason where it is unavailable. */
    static Session open(String backend, BackendOptions options) {
        Backends.Candidate candidate =
                Backends.probeAll().stream()
                        .filter(c -> c.provider().name().equals(backend))
                        .findFirst()
                        .orElseThrow();
        return switch (candidate.availability()) {
            case Availability.Available _ -> Session.on(candidate.provider().open(options));
            case Availability.Unavailable(_, String detail, _) ->
                    Assumptions.abort("backend '" + backend + "' is unavailable: " + detail);
        };
    }
}
