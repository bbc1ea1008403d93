package io.github.segloss.cli.judge;

import io.github.segloss.DeviceException;
import io.github.segloss.KernelCompilationException;
import io.github.segloss.SegLossException;
import io.github.segloss.cli.judge.LossOutcome.Status;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.loss.Family;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.Outputs;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Runs losses on a scene, one after the other. */
public final class Judge {
    private final Session session;
    private final Consumer<String> progress;
    private final List<String> pictureLosses;
    private final SequencedMap<String, Tensor> kept = new LinkedHashMap<>();
    private final Set<Family> keptFamilies = EnumSet.noneOf(Family.class);

    /**
     * Creates a judge.
     *
     * @param session the backend
     * @param pictureLosses the losses whose gradients are kept; if none, that of the first region loss and that of the first cross-entropy loss
     * @param progress gets a line for each loss when it is done
     */
    public Judge(Session session, List<String> pictureLosses, Consumer<String> progress) {
        this.session = session;
        this.pictureLosses = List.copyOf(pictureLosses);
        this.progress = progress;
    }

    /**
     * {@return what the losses and the counts say about a scene}
     *
     * @param scene the scene
     * @param asked the losses
     * @param options the options of the losses
     */
    public Judgement judge(Scene scene, LossChoice asked, LossOptions options) {
        LossChoice choice = asked.forSize(scene.prediction().shape().elements());
        DistanceMap distances = new DistanceMap(session, scene);
        List<ClassScore> scores =
                IntStream.range(0, scene.masks().classes())
                        .mapToObj(c ->
                                ClassScore.of(
                                        scene.masks(),
                                        c,
                                        scene.labels().get(c),
                                        scene.grid().voxelVolume()))
                        .toList();
        Tensor gradient = Tensor.zeros(scene.prediction().dtype(), scene.prediction().shape());
        List<LossOutcome> outcomes = new ArrayList<>();
        for (LossChoice.Chosen loss : choice.losses()) {
            long start = System.nanoTime();
            LossOutcome outcome = run(loss, options, scene.inputs(), distances, gradient);
            outcomes.add(outcome);
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "%d of %d losses: %s, %.2f s",
                            outcomes.size(),
                            choice.losses().size(),
                            outcome.id(),
                            (System.nanoTime() - start) * 1e-9));
        }
        return new Judgement(
                scene,
                session.backend().name(),
                session.backend().device(),
                outcomes,
                asked.losses().stream()
                        .filter(loss -> !choice.losses().contains(loss))
                        .map(loss -> loss.definition().id())
                        .toList(),
                scores,
                kept);
    }

    private LossOutcome run(
            LossChoice.Chosen chosen,
            LossOptions options,
            LossInputs inputs,
            DistanceMap distances,
            Tensor gradient) {
        LossFunction loss = session.loss(chosen.loss(), options);
        try {
            LossInputs all =
                    needsDistances(loss, inputs) ? inputs.withDistanceMap(distances.get()) : inputs;
            LossResult result = loss.evaluate(all, gradient, false);
            double value = result.value();
            Tensor pull = result.gradient();
            keep(chosen, pull);
            return LossOutcome.computed(chosen, value, norm(pull));
        } catch (DeviceException | KernelCompilationException e) {
            return LossOutcome.without(chosen, Status.FAILED, e.getMessage());
        } catch (SegLossException e) {
            return LossOutcome.without(chosen, Status.NOT_APPLICABLE, e.getMessage());
        } catch (OutOfMemoryError e) {
            return LossOutcome.without(
                    chosen,
                    Status.FAILED,
                    "out of memory with a heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB");
        }
    }

    /** Whether a loss is defined only with a distance map; to find out, any tensor of the right shape will do for one. */
    private static boolean needsDistances(LossFunction loss, LossInputs inputs) {
        return !isDefined(loss, inputs)
                && isDefined(loss, inputs.withDistanceMap(inputs.prediction()));
    }

    private static boolean isDefined(LossFunction loss, LossInputs inputs) {
        try {
            var _ = loss.graph(inputs, Outputs.BOTH);
            return true;
        } catch (SegLossException e) {
            return false;
        }
    }

    private void keep(LossChoice.Chosen chosen, Tensor gradient) {
        String id = chosen.definition().id();
        Family family = chosen.definition().family();
        boolean isWanted =
                pictureLosses.isEmpty()
                        ? (family == Family.REGION || family == Family.CROSS_ENTROPY)
                                && keptFamilies.add(family)
                        : pictureLosses.contains(id);
        if (isWanted) {
            kept.put(id, gradient.to(gradient.dtype()));
        }
    }

    private static double norm(Tensor gradient) {
        double sum = 0;
        for (long i = 0; i < gradient.shape().elements(); i++) {
            double g = gradient.doubleAt(i);
            sum += g * g;
        }
        return Math.sqrt(sum);
    }
}
