package io.github.segloss.conformance;

import io.github.segloss.graph.Axes;
import io.github.segloss.loss.Activation;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.MeanOver;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.Reduction;
import io.github.segloss.loss.TargetKind;
import io.github.segloss.loss.WeightNormalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/**
 * The trials of one loss. Every choice is tried alone, and either works or is refused. Those that work are then combined so that every two of them meet
 * at least once (a covering array of strength two): a mistake is nearly always one of two choices that do not go together.
 */
final class Trials {
    /** One way to settle one question. */
    private record Choice(String question, UnaryOperator<Trial> apply) {}

    private final LossDefinition definition;
    private final Sizes sizes;
    private final long seed;

    Trials(LossDefinition definition, Sizes sizes, long seed) {
        this.definition = definition;
        this.sizes = sizes;
        this.seed = seed;
    }

    /** The first trial with defaults that the loss does not refuse; empty if it is not for this number of channels. */
    Optional<Trial> plain() {
        for (Activation activation : Activation.values()) {
            for (TargetKind target : TargetKind.values()) {
                Trial trial = start(LossOptions.of(activation, target));
                if (trial.refusal().isEmpty()) {
                    return Optional.of(trial);
                }
                // Some losses cannot do without class weights.
                for (int count : new int[] {sizes.classes(), 2}) {
                    Trial weighted = withClassWeights(trial, count);
                    if (weighted.refusal().isEmpty()) {
                        return Optional.of(weighted);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Trial start(LossOptions options) {
        return new Trial(
                definition,
                SampleParameters.required(definition, sizes.classes()),
                options,
                sizes,
                false,
                null,
                false,
                false,
                seed);
    }

    /** Each choice alone, where the loss does not refuse it. */
    List<Trial> alone() {
        List<Trial> trials = new ArrayList<>();
        plain().ifPresent(plain -> working(plain, trials));
        return trials.stream().distinct().toList();
    }

    /** Every pair of choices, where the loss refuses neither of them alone nor the row that they are in. */
    List<Trial> pairs() {
        return plain().map(
                        plain -> {
                            List<List<Choice>> questions = working(plain, new ArrayList<>());
                            return pairs(plain, questions).stream()
                                    .filter(trial -> trial.refusal().isEmpty())
                                    .toList();
                        })
                .orElse(List.of());
    }

    private List<List<Choice>> working(Trial plain, List<Trial> trials) {
        Map<String, List<Choice>> working = new LinkedHashMap<>();
        for (Choice choice : choices()) {
            Trial alone = choice.apply().apply(plain);
            if (alone.refusal().isEmpty()) {
                trials.add(alone);
                working.computeIfAbsent(choice.question(), _ -> new ArrayList<>()).add(choice);
            }
        }
        return List.copyOf(working.values());
    }

    private List<Choice> choices() {
        List<Choice> choices = new ArrayList<>();
        for (Activation activation : Activation.values()) {
            choices.add(option("activation", o -> o.withActivation(activation)));
        }
        for (TargetKind target : TargetKind.values()) {
            choices.add(option("target", o -> o.withTarget(target)));
        }
        for (Reduction reduction : Reduction.values()) {
            choices.add(option("reduction", o -> o.withReduction(reduction)));
        }
        choices.add(option("classes", o -> o.withClasses(ClassSelection.ALL)));
        choices.add(option("classes", o -> o.withClasses(ClassSelection.FOREGROUND)));
        choices.add(option("classes", o -> o.withClasses(ClassSelection.of(sizes.classes() - 1))));
        choices.add(option("batch", o -> o.withBatch(false)));
        choices.add(option("batch", o -> o.withBatch(true)));
        choices.add(option("ignore", o -> o.withIgnoreIndex(null)));
        choices.add(option("ignore", o -> o.withIgnoreIndex(255L)));
        choices.add(new Choice("mask", t -> t.withMask(false)));
        choices.add(new Choice("mask", t -> t.withMask(true)));
        choices.add(new Choice("weightMap", t -> t.withWeightMap(null)));
        choices.add(new Choice("weightMap", t -> t.withWeightMap(Axes.BATCH_SPACE)));
        choices.add(new Choice("weightMap", t -> t.withWeightMap(Axes.ALL)));
        for (boolean isGiven : new boolean[] {false, true}) {
            choices.add(new Choice("spacing", t -> t.withSpacing(isGiven)));
            choices.add(new Choice("upstream", t -> t.withUpstream(isGiven)));
        }
        choices.add(new Choice("classWeights", UnaryOperator.identity()));
        choices.add(new Choice("classWeights", t -> withClassWeights(t, sizes.classes())));
        if (sizes.classes() == 1) {
            choices.add(new Choice("classWeights", t -> withClassWeights(t, 2)));
        }
        choices.add(option("normalization", o -> o.withWeightNormalization(null)));
        for (WeightNormalization normalization : WeightNormalization.values()) {
            choices.add(option("normalization", o -> o.withWeightNormalization(normalization)));
        }
        choices.add(option("meanOver", o -> o.withMeanOver(null)));
        for (MeanOver over : MeanOver.values()) {
            choices.add(option("meanOver", o -> o.withMeanOver(over)));
        }
        for (ParameterSpec spec : definition.parameters()) {
            for (Object value : SampleParameters.alternatives(spec, sizes.classes())) {
                choices.add(new Choice(spec.name(), t -> withParameter(t, spec.name(), value)));
            }
        }
        return choices;
    }

    private static Choice option(String question, UnaryOperator<LossOptions> change) {
        return new Choice(question, t -> t.withOptions(change.apply(t.options())));
    }

    private static Trial withClassWeights(Trial trial, int count) {
        double[] weights = DoubleStream.iterate(0.5, w -> w + 0.75).limit(count).toArray();
        return trial.withOptions(trial.options().withClassWeights(weights));
    }

    private static Trial withParameter(Trial trial, String name, Object value) {
        Map<String, Object> parameters = new LinkedHashMap<>(trial.parameters());
        parameters.put(name, value);
        return trial.withParameters(parameters);
    }

    /** Two choices that have met, by the numbers of their questions and of the choices. */
    private record Pair(int firstQuestion, int first, int secondQuestion, int second) {}

    private static List<Trial> pairs(Trial plain, List<List<Choice>> questions) {
        Set<Pair> open = new HashSet<>();
        for (int p = 0; p < questions.size(); p++) {
            for (int q = p + 1; q < questions.size(); q++) {
                for (int i = 0; i < questions.get(p).size(); i++) {
                    for (int j = 0; j < questions.get(q).size(); j++) {
                        open.add(new Pair(p, i, q, j));
                    }
                }
            }
        }
        List<Trial> trials = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(plain.seed());
        while (!open.isEmpty()) {
            int[] row = bestOf(20, questions, open, random);
            Trial trial = plain;
            for (int q = 0; q < row.length; q++) {
                trial = questions.get(q).get(row[q]).apply().apply(trial);
            }
            trials.add(trial.withSeed(plain.seed() + trials.size() + 1));
            open.removeAll(met(row));
        }
        return trials;
    }

    /** The row that settles most open pairs, of some random rows and one that has a pair for certain. */
    private static int[] bestOf(
            int attempts, List<List<Choice>> questions, Set<Pair> open, SplittableRandom random) {
        Pair wanted = open.iterator().next();
        int[] best = new int[questions.size()];
        long most = -1;
        for (int attempt = 0; attempt < attempts; attempt++) {
            int[] row = new int[questions.size()];
            Arrays.setAll(row, q -> random.nextInt(questions.get(q).size()));
            row[wanted.firstQuestion()] = wanted.first();
            row[wanted.secondQuestion()] = wanted.second();
            long settled = met(row).stream().filter(open::contains).count();
            if (settled > most) {
                most = settled;
                best = row;
            }
        }
        return best;
    }

    private static List<Pair> met(int[] row) {
        List<Pair> pairs = new ArrayList<>();
        for (int p = 0; p < row.length; p++) {
            for (int q = p + 1; q < row.length; q++) {
                pairs.add(new Pair(p, row[p], q, row[q]));
            }
        }
        return pairs;
    }
}
