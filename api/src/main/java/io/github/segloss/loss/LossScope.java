package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.ShapeMismatchException;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Formulas;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.Nodes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a loss sees: the prediction, the target, and sums and means in which mask, ignore index, weight map, class selection, class weights and
 * normalization have already been taken care of. It is the one place where the options act, always after the activation.
 *
 * <p>Extents: what lives on the pixels varies along {BATCH, CLASS, SPACE}, without CLASS for a single channel; a region sum varies along {BATCH, CLASS}, or
 * {CLASS} where regions go over the batch.
 */
public final class LossScope {
    private final ScopeInputs inputs;
    private final LossOptions options;
    private final int classes;
    private final boolean twoClasses;
    private final boolean weighted;
    private final @Nullable Chosen chosen;

    /** Pixels chosen by the loss itself, and their number in the batch. */
    private record Chosen(Condition pixels, Expr count) {}

    private LossScope(
            ScopeInputs inputs,
            LossOptions options,
            int classes,
            boolean twoClasses,
            boolean weighted,
            @Nullable Chosen chosen) {
        this.inputs = inputs;
        this.options = options;
        this.classes = classes;
        this.twoClasses = twoClasses;
        this.weighted = weighted;
        this.chosen = chosen;
    }

    static LossScope of(ScopeInputs inputs, LossOptions options) {
        return new LossScope(inputs, options, inputs.channels(), false, true, null);
    }

    // ---- the view of the inputs

    /**
     * {@return this scope with a single channel p seen as the two classes (1 - p, p), the target likewise; unchanged for several channels}
     *
     * <p>Class weights and class selection then speak of these two classes.
     */
    public LossScope asTwoClasses() {
        if (classes > 1) {
            return this;
        }
        inputs.useTwoClasses();
        return new LossScope(inputs, options, 2, true, weighted, chosen);
    }

    /** {@return this scope without class weights: for a loss that applies them to one of its parts only} */
    public LossScope withoutClassWeights() {
        return new LossScope(inputs, options, classes, twoClasses, false, chosen);
    }

    /**
     * {@return this scope in which only some of the pixels count: for a loss that chooses pixels itself, such as the hardest}
     *
     * @param pixels which pixels, one truth value per pixel
     * @param count how many of the pixels that count here are chosen in the batch
     */
    public LossScope among(Condition pixels, Expr count) {
        return new LossScope(
                inputs, options, classes, twoClasses, weighted, new Chosen(pixels, count));
    }

    /**
     * {@return this scope with other options, for the part of a compound loss that has rules of its own}
     *
     * @param other the options; activation and target must be the same
     */
    public LossScope with(LossOptions other) {
        return new LossScope(inputs, other, classes, twoClasses, weighted, chosen);
    }

    /**
     * {@return another loss of the same inputs, as a part of this one; its weighted means divide by what it divides by when it stands alone}
     *
     * @param loss the part
     */
    public Expr part(Loss loss) {
        return loss.define(
                options.weightNormalization() != null
                        ? this
                        : with(options.withWeightNormalization(loss.defaultWeightNormalization())));
    }

    /** {@return the options} */
    public LossOptions options() {
        return options;
    }

    /** {@return the number of classes: the channels of the prediction, or 2 for the two-class form of a single channel} */
    public int classes() {
        return classes;
    }

    /** {@return whether values on the pixels vary along CLASS} */
    public boolean hasClassAxis() {
        return classes > 1;
    }

    /**
     * {@return whether each channel is a yes-or-no question of its own, not one of several exclusive classes: so for a sigmoid; given probabilities are
     * for a single channel or a target that says so ({@link TargetKind#BINARY}); a softmax and the two-class form never are}
     */
    public boolean hasIndependentChannels() {
        return !twoClasses
                && switch (options.activation()) {
                    case SIGMOID -> true;
                    case SOFTMAX -> false;
                    case NONE -> classes == 1 || options.target() == TargetKind.BINARY;
                };
    }

    /**
     * {@return a condition that holds for one class}
     *
     * @param index the class
     */
    public Condition isClass(int index) {
        return Condition.of(
                Nodes.binary(BinaryFunction.EQ, Nodes.classIndex(), Nodes.index(index)));
    }

    /**
     * {@return a run-time number: changing it does not recompile}
     *
     * @param name the paper's name
     * @param value the value of this loss
     */
    public Expr parameter(String name, double value) {
        return inputs.parameter(name, Axes.NONE, false, value);
    }

    /**
     * {@return a run-time vector along CLASS}
     *
     * @param name the paper's name
     * @param values one number per class
     * @throws InvalidParameterException if there are not as many as classes
     */
    public Expr classParameter(String name, List<Double> values) {
        requireOnePerClass(name, values.size());
        double[] table = values.stream().mapToDouble(Double::doubleValue).toArray();
        return hasClassAxis()
                ? inputs.parameter(name, Axes.CLASS, false, table)
                : inputs.parameter(name, Axes.NONE, false, table);
    }

    /**
     * {@return a run-time C x C matrix for {@link Expr#classMix}}
     *
     * @param name the paper's name
     * @param rows the rows
     * @throws InvalidParameterException if it is not C x C
     */
    public Expr matrixParameter(String name, List<List<Double>> rows) {
        if (rows.size() != classes || rows.stream().anyMatch(row -> row.size() != classes)) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": "
                            + name
                            + " has rows of sizes "
                            + rows.stream().map(List::size).toList()
                            + "; it must be "
                            + classes
                            + " x "
                            + classes
                            + ", one row and one column for each class");
        }
        double[] flat =
                rows.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray();
        return inputs.parameter(name, Axes.NONE, true, flat);
    }

    /** {@return the prediction as given, 0 at pixels that do not count} */
    public Expr prediction() {
        return inputs.prediction();
    }

    /**
     * {@return the logits}
     *
     * @throws InvalidParameterException if the activation is {@link Activation#NONE}, that is, if the prediction is probabilities
     */
    public Expr logits() {
        requireActivation("it takes logits", Activation.SIGMOID, Activation.SOFTMAX);
        return inputs.prediction();
    }

    /** {@return the probabilities of the classes} */
    public Expr probabilities() {
        return probabilities(0).p();
    }

    /**
     * {@return the probabilities with complement and logarithms, clipped}
     *
     * @param clip the distance of the clip edges from 0 and 1; 0 for no clip
     */
    public Probabilities probabilities(double clip) {
        Expr x = inputs.prediction();
        return switch (options.activation()) {
            case SIGMOID -> swapped(Formulas.sigmoidProbabilities(x)).clip(clip);
            case SOFTMAX -> {
                if (inputs.channels() == 1) {
                    throw new InvalidParameterException(
                            inputs.lossId()
                                    + ": softmax over a single channel is always 1; use sigmoid, or give one channel for each class");
                }
                yield Formulas.softmaxProbabilities(x, clip);
            }
            case NONE -> {
                inputs.expectProbabilities();
                yield swapped(Formulas.givenProbabilities(x)).clip(clip);
            }
        };
    }

    /** Of one channel seen as two classes, the first has the complements. */
    private Probabilities swapped(Probabilities ofChannels) {
        return twoClasses ? ofChannels.swapWhere(isClass(0)) : ofChannels;
    }

    /** {@return the target as 0 to 1 for each class, 0 at pixels that do not count} */
    public Expr target() {
        return inputs.target(classes, twoClasses);
    }

    /**
     * {@return the distance map, of the extent of the prediction}
     *
     * @throws InvalidParameterException if none is given
     */
    public Expr distanceMap() {
        return inputs.distanceMap();
    }

    /** {@return which pixels count, or null if all do} */
    public @Nullable Condition valid() {
        Condition valid = inputs.valid();
        if (chosen == null) {
            return valid;
        }
        return valid == null ? chosen.pixels() : valid.and(chosen.pixels());
    }

    /**
     * {@return an expression where pixels count, and 0 elsewhere; without weights}
     *
     * @param e on the pixels
     */
    public Expr masked(Expr e) {
        Condition valid = valid();
        return valid == null ? e : valid.select(e, 0);
    }

    // ---- sums over regions

    /**
     * {@return the sum over each region: over the space of a sample, or over the whole batch where the options say so; weighed and masked}
     *
     * @param e on the pixels
     */
    public Expr sum(Expr e) {
        return measure(e).sum(options.batch() ? Axes.BATCH_SPACE : Axes.SPACE);
    }

    /**
     * {@return the sum over the space of the whole batch, weighed and masked}
     *
     * @param e on the pixels
     */
    public Expr batchSum(Expr e) {
        return measure(e).sum(Axes.BATCH_SPACE);
    }

    /**
     * {@return a ratio of region sums, with the score 1 for 0/0, which is possible only with zero smoothing}
     *
     * @param numerator the numerator
     * @param denominator the denominator
     */
    public Expr score(Expr numerator, Expr denominator) {
        return Formulas.ratio(numerator, denominator, 1);
    }

    /**
     * {@return one minus a score, written as a ratio of its own to keep the digits of a small loss: 0 for 0/0}
     *
     * @param numerator the numerator
     * @param denominator the denominator
     */
    public Expr shortfall(Expr numerator, Expr denominator) {
        return Formulas.ratio(numerator, denominator, 0);
    }

    /**
     * {@return the results of the classes reduced as the options say: times the class weights, without the classes not selected}
     *
     * @param perClass one value per class and, unless regions go over the batch, sample
     */
    public Expr reduce(Expr perClass) {
        Expr weights = classWeights();
        Expr v = weights == null ? perClass : perClass.mul(weights);
        Condition selected = selected();
        if (selected != null) {
            v = selected.select(v, 0);
        }
        if (options.reduction() == Reduction.NONE) {
            return v;
        }
        Expr total = v.sum(itemAxes());
        if (options.reduction() == Reduction.SUM) {
            return total;
        }
        Expr perSample;
        if (weights != null && weightNormalization() == WeightNormalization.WEIGHT_SUM) {
            Expr counted = selected == null ? weights : selected.select(weights, 0);
            perSample = hasClassAxis() ? counted.sum(Axes.CLASS) : counted;
        } else {
            perSample = Expr.constant(selectedClasses());
        }
        return Formulas.ratio(
                total, options.batch() ? perSample : perSample.mul(Expr.size(Axes.BATCH)), 0);
    }

    /**
     * {@return the results of the classes that are present reduced as the options say: a mean is that over the selected classes that are present, then
     * over the samples; a sample without any counts as 0}
     *
     * @param perClass one value per class and, unless regions go over the batch, sample
     * @param present which of them count
     */
    public Expr reducePresent(Expr perClass, Condition present) {
        Expr weights = classWeights();
        Condition selected = selected();
        Condition counted = selected == null ? present : present.and(selected);
        Expr v = counted.select(weights == null ? perClass : perClass.mul(weights), 0);
        return switch (options.reduction()) {
            case NONE -> v;
            case SUM -> v.sum(itemAxes());
            case MEAN -> {
                boolean byWeight =
                        weights != null && weightNormalization() == WeightNormalization.WEIGHT_SUM;
                Expr amount = byWeight ? counted.select(weights, 0) : counted.toExpr();
                Axes classAxis = hasClassAxis() ? Axes.CLASS : Axes.NONE;
                Expr mean = Formulas.ratio(v.sum(classAxis), amount.sum(classAxis), 0);
                yield options.batch() ? mean : mean.sum(Axes.BATCH).div(Expr.size(Axes.BATCH));
            }
        };
    }

    /**
     * {@return values per sample reduced as the options say}
     *
     * @param perSample one value per sample, or one in all where regions go over the batch
     */
    public Expr reduceSamples(Expr perSample) {
        if (options.reduction() == Reduction.NONE || options.batch()) {
            return perSample;
        }
        Expr total = perSample.sum(Axes.BATCH);
        return options.reduction() == Reduction.SUM ? total : total.div(Expr.size(Axes.BATCH));
    }

    /**
     * {@return the sum over the selected classes}
     *
     * @param perClass varying along CLASS, if there is such an axis
     */
    public Expr sumOverClasses(Expr perClass) {
        if (!hasClassAxis()) {
            return perClass;
        }
        Condition selected = selected();
        return (selected == null ? perClass : selected.select(perClass, 0)).sum(Axes.CLASS);
    }

    // ---- means over pixels

    /**
     * {@return per-pixel terms reduced as the options say: times class weights and weight map, masked, without the classes not selected; the divisor of a
     * mean counts all classes}
     *
     * @param terms one term per element
     * @param kind how the terms make up the value
     */
    public Expr mean(Expr terms, Terms kind) {
        Expr weights = classWeights();
        Expr t = weights == null ? terms : terms.mul(weights);
        Condition selected = selected();
        if (selected != null) {
            t = selected.select(t, 0);
        }
        t = measure(t);
        if (options.reduction() == Reduction.NONE) {
            return kind == Terms.CATEGORICAL && t.extent().has(Axis.CLASS) ? t.sum(Axes.CLASS) : t;
        }
        Expr total = t.sum(hasClassAxis() ? Axes.ALL : Axes.BATCH_SPACE);
        return options.reduction() == Reduction.SUM
                ? total
                : Formulas.ratio(total, divisor(kind), 0);
    }

    private Expr divisor(Terms kind) {
        boolean byWeight = weightNormalization() == WeightNormalization.WEIGHT_SUM;
        Expr weights = classWeights();
        if (byWeight && (weights != null || inputs.weightMap() != null)) {
            Expr mass = kind == Terms.CATEGORICAL ? target() : Expr.one();
            Condition selected = kind == Terms.SELECTED ? selected() : null;
            if (selected != null) {
                mass = selected.select(mass, 0);
            }
            Expr applied = measure(weights == null ? mass : mass.mul(weights));
            return applied.sum(hasClassAxis() ? Axes.ALL : Axes.BATCH_SPACE);
        }
        MeanOver over = options.meanOver();
        if (over == null) {
            over = kind == Terms.CATEGORICAL ? MeanOver.VOXELS : MeanOver.ELEMENTS;
        }
        if (over == MeanOver.VOXELS) {
            return validVoxels();
        }
        Condition selected = kind == Terms.SELECTED ? selected() : null;
        return selected == null
                ? validElements()
                : selected.select(masked(Expr.one()), 0).sum(Axes.ALL);
    }

    /** {@return the number of voxels of the batch that count} */
    public Expr validVoxels() {
        if (chosen != null) {
            return chosen.count();
        }
        Condition valid = inputs.valid();
        return valid == null
                ? Expr.size(Axes.BATCH_SPACE)
                : valid.toExpr().max(Axes.CLASS).sum(Axes.BATCH_SPACE);
    }

    /** {@return the number of elements, voxels times classes, that count} */
    public Expr validElements() {
        Condition given = inputs.valid();
        if (chosen != null && (given == null || !given.node().extent().has(Axis.CLASS))) {
            return hasClassAxis() ? chosen.count().mul(Expr.size(Axes.CLASS)) : chosen.count();
        }
        Condition valid = valid();
        Expr ones = valid == null ? Expr.one() : valid.toExpr();
        return hasClassAxis() ? ones.sum(Axes.ALL) : ones.sum(Axes.BATCH_SPACE);
    }

    /**
     * {@return an expression on the pixels times the weight map, and 0 at pixels that do not count}
     *
     * @param e on the pixels
     */
    public Expr measure(Expr e) {
        Expr map = inputs.weightMap();
        return masked(map == null ? e : e.mul(map));
    }

    // ---- ranks

    /**
     * {@return for each pixel the sum of some values over all pixels of equal or smaller rank, itself included; pixels that do not count are removed
     * before the ranking and have 0; no gradient}
     *
     * @param values what is summed
     * @param keys what is ranked, descending; the lowest index first among equals
     * @param axes the axes that form one ranking: SPACE, or BATCH and SPACE
     */
    public Expr rankedSum(Expr values, Expr keys, Axes axes) {
        Condition valid = valid();
        if (valid != null
                && valid.node().extent().has(Axis.CLASS)
                && !keys.extent().has(Axis.CLASS)) {
            valid = valid.toExpr().max(Axes.CLASS).gt(0.5);
        }
        Expr ranked = valid == null ? keys : valid.select(keys, Double.NEGATIVE_INFINITY);
        return values.rankedSum(ranked.detach(), axes);
    }

    // ---- options as expressions

    /** {@return the class weights, or null if there are none} */
    public @Nullable Expr classWeights() {
        return weighted && !options.classWeights().isEmpty() ? classParameterOnce() : null;
    }

    private Expr classParameterOnce() {
        requireOnePerClass("class_weights", options.classWeights().size());
        double[] table = options.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
        return inputs.classWeights(hasClassAxis() ? Axes.CLASS : Axes.NONE, table);
    }

    /** {@return which classes are selected, or null if all are} */
    public @Nullable Condition selected() {
        if (selectedClasses() == classes) {
            return null;
        }
        double[] flags = new double[classes];
        Arrays.setAll(flags, c -> options.classes().includes(c, inputs.channels()) ? 1 : 0);
        return Expr.classTable(flags).gt(0.5);
    }

    /** {@return the number of selected classes} */
    public int selectedClasses() {
        if (options.classes() instanceof ClassSelection.Some(List<Integer> some)
                && hasClassAxis()
                && !twoClasses) {
            for (int c : some) {
                if (c < 0 || c >= classes) {
                    throw new InvalidParameterException(
                            inputs.lossId()
                                    + ": class "
                                    + c
                                    + " is selected, but the classes are 0 to "
                                    + (classes - 1));
                }
            }
        }
        int count = 0;
        for (int c = 0; c < classes; c++) {
            count += options.classes().includes(c, inputs.channels()) ? 1 : 0;
        }
        return count;
    }

    private WeightNormalization weightNormalization() {
        WeightNormalization asked = options.weightNormalization();
        return asked == null ? inputs.defaultWeightNormalization() : asked;
    }

    private Axes itemAxes() {
        Axes axes = hasClassAxis() ? Axes.CLASS : Axes.NONE;
        return options.batch() ? axes : axes.plus(Axes.BATCH);
    }

    // ---- what a loss may refuse

    /**
     * Refuses other activations.
     *
     * @param why the reason, as the middle of a sentence
     * @param allowed the activations allowed
     */
    public void requireActivation(String why, Activation... allowed) {
        if (!Arrays.asList(allowed).contains(options.activation())) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": activation "
                            + lower(options.activation())
                            + " does not fit, "
                            + why
                            + "; allowed: "
                            + String.join(
                                    ", ", Arrays.stream(allowed).map(LossScope::lower).toList()));
        }
    }

    /**
     * Refuses soft targets.
     *
     * @param why the reason, as the middle of a sentence
     */
    public void requireHardTarget(String why) {
        if (!options.target().isHard()) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": a soft target does not fit, "
                            + why
                            + "; allowed: class_indices, one_hot, binary");
        }
    }

    /**
     * Refuses a weight map.
     *
     * @param why the reason, as the middle of a sentence
     */
    public void refuseWeightMap(String why) {
        if (inputs.weightMap() != null) {
            throw new InvalidParameterException(
                    inputs.lossId() + ": a weight map does not fit, " + why + "; leave it out");
        }
    }

    /**
     * Refuses class weights.
     *
     * @param why the reason, as the middle of a sentence
     */
    public void refuseClassWeights(String why) {
        if (!options.classWeights().isEmpty()) {
            throw new InvalidParameterException(
                    inputs.lossId() + ": class weights do not fit, " + why + "; leave them out");
        }
    }

    /**
     * Refuses independent channels, several of which can be true at one pixel.
     *
     * @param why the reason, as the middle of a sentence
     */
    public void requireExclusiveClasses(String why) {
        if (hasIndependentChannels() && classes > 1) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": "
                            + classes
                            + " independent channels (activation "
                            + lower(options.activation())
                            + ", target "
                            + lower(options.target())
                            + ") do not fit, "
                            + why
                            + "; allowed: one channel, activation softmax, or probabilities of exclusive classes");
        }
    }

    /**
     * Refuses a selection of classes.
     *
     * @param why the reason, as the middle of a sentence
     */
    public void refuseClassSelection(String why) {
        if (selectedClasses() != classes) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": a selection of classes does not fit, "
                            + why
                            + "; select all classes");
        }
    }

    /**
     * Refuses a class that does not exist or is not selected.
     *
     * @param name the parameter that names the class
     * @param index the class
     * @param why the reason, as the middle of a sentence
     */
    public void requireSelected(String name, int index, String why) {
        if (index < 0 || index >= classes) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": parameter "
                            + name
                            + " is "
                            + index
                            + "; the classes are 0 to "
                            + (classes - 1));
        }
        if (!options.classes().includes(index, inputs.channels())) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": class "
                            + index
                            + " is not selected, "
                            + why
                            + "; select it too");
        }
    }

    /**
     * Refuses reductions other than some.
     *
     * @param why the reason, as the middle of a sentence
     * @param allowed the reductions allowed
     */
    public void requireReduction(String why, Reduction... allowed) {
        if (!Arrays.asList(allowed).contains(options.reduction())) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": reduction "
                            + lower(options.reduction())
                            + " does not fit, "
                            + why
                            + "; allowed: "
                            + String.join(
                                    ", ", Arrays.stream(allowed).map(LossScope::lower).toList()));
        }
    }

    /**
     * Refuses a number of classes.
     *
     * @param fits whether it fits
     * @param why what is needed, as the end of a sentence
     */
    public void requireClasses(boolean fits, String why) {
        if (!fits) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": the prediction has "
                            + inputs.channels()
                            + " channels; "
                            + why);
        }
    }

    /**
     * {@return the sum of the parts of a compound loss}
     *
     * @param parts the parts, each already weighed
     * @throws ShapeMismatchException if the parts have different shapes, which is possible where the reduction is none
     */
    public Expr compound(Expr... parts) {
        Axes first = parts[0].extent();
        Expr sum = parts[0];
        for (int i = 1; i < parts.length; i++) {
            if (options.reduction() == Reduction.NONE && !parts[i].extent().equals(first)) {
                throw new ShapeMismatchException(
                        inputs.lossId()
                                + ": with reduction none its parts have different shapes, "
                                + Arrays.stream(parts)
                                        .map(part -> shapeName(part.extent()))
                                        .toList()
                                + "; use mean or sum, or compute the parts by themselves");
            }
            sum = sum.add(parts[i]);
        }
        return sum;
    }

    private static String shapeName(Axes extent) {
        return "["
                + (extent.has(Axis.BATCH) ? "N" : "")
                + (extent.has(Axis.CLASS) ? " C" : "")
                + (extent.has(Axis.SPACE) ? " spatial" : "")
                + "]";
    }

    private void requireOnePerClass(String name, int found) {
        if (found != classes) {
            throw new InvalidParameterException(
                    inputs.lossId()
                            + ": "
                            + name
                            + " has "
                            + found
                            + " values; it must have one for each of the "
                            + classes
                            + " classes");
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
