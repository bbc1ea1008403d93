package io.github.segloss.cli.judge;

import io.github.segloss.backend.Device;
import io.github.segloss.cli.judge.LossOutcome.Status;
import io.github.segloss.cli.scene.Scene;
import io.github.segloss.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was found out about a scene.
 *
 * @param scene the scene
 * @param backend the backend that computed
 * @param device its device
 * @param losses what each loss said
 * @param left the losses that were left out because the scene is large
 * @param scores how well each class was found
 * @param gradients the gradients kept for pictures, by loss
 */
public record Judgement(
        Scene scene,
        String backend,
        Device device,
        List<LossOutcome> losses,
        List<String> left,
        List<ClassScore> scores,
        SequencedMap<String, Tensor> gradients) {

    /** {@return the foreground classes that the target holds: those of the mean} */
    public List<ClassScore> foreground() {
        return scores.stream().filter(score -> score.isForeground() && score.actual() > 0).toList();
    }

    /** {@return the mean Dice over the foreground classes of the target, a missing one counting 0; NaN if the target holds none} */
    public double meanDice() {
        return foreground().stream()
                .mapToDouble(score -> score.counts().dice().orElse(0))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * {@return how many losses have a status}
     *
     * @param status the status
     */
    public long count(Status status) {
        return losses.stream().filter(loss -> loss.status() == status).count();
    }
}
