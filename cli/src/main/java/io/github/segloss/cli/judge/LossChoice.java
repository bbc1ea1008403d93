package io.github.segloss.cli.judge;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.ParameterSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The losses to run, with their parameters.
 *
 * @param losses the losses, in order
 * @param isExplicit whether each was asked for by name, so that one which is not applicable is a failure
 * @param isAutomatic whether slow ones may be left out where the scene is large
 */
public record LossChoice(List<Chosen> losses, boolean isExplicit, boolean isAutomatic) {
    /** The word for every loss there is. */
    public static final String ALL = "all";

    /** The word for {@link #ALL} where that is quick, else {@link #MAIN}. */
    public static final String AUTO = "auto";

    /** The word for a few losses of each family that need no sorting, distances or skeletons of many classes. */
    public static final String MAIN = "main";

    private static final List<String> MAIN_IDS =
            List.of(
                    "bce",
                    "bce_with_logits",
                    "categorical_cross_entropy",
                    "cross_entropy",
                    "focal",
                    "dice",
                    "jaccard",
                    "tversky",
                    "focal_tversky",
                    "generalized_dice",
                    "asymmetric_unified_focal",
                    "combo",
                    "dice_ce",
                    "dice_focal");

    /** Scenes up to this size, voxels times channels, are judged by all losses: the reference backend then needs less than a minute. */
    private static final long LARGEST_FOR_ALL = 1L << 20;

    /**
     * One loss.
     *
     * @param definition what is known about it
     * @param loss the loss
     * @param parameters the values of all its parameters
     */
    public record Chosen(
            LossDefinition definition,
            Loss loss,
            SequencedMap<String, @Nullable Object> parameters) {}

    /**
     * {@return the losses asked for}
     *
     * @param ids their ids, or {@link #ALL}, {@link #MAIN} or {@link #AUTO}
     * @param parameters values by name, or by id, dot and name for one loss only; a plain name is for every chosen loss that has it
     * @throws InvalidParameterException if an id or a parameter is unknown, or a value is not allowed
     */
    public static LossChoice of(List<String> ids, Map<String, String> parameters) {
        LossCatalog catalog = LossCatalog.load();
        String word = ids.size() == 1 ? ids.getFirst() : "";
        Collection<LossDefinition> definitions =
                switch (word) {
                    case ALL, AUTO -> catalog.all();
                    case MAIN -> MAIN_IDS.stream().map(catalog::definition).toList();
                    default -> new LinkedHashSet<>(ids).stream().map(catalog::definition).toList();
                };
        Set<String> unused = new TreeSet<>(parameters.keySet());
        List<Chosen> losses =
                definitions.stream()
                        .map(definition -> chosen(definition, parameters, unused))
                        .toList();
        if (!unused.isEmpty()) {
            throw unknown(unused.iterator().next(), definitions);
        }
        boolean isExplicit = !List.of(ALL, MAIN, AUTO).contains(word);
        return new LossChoice(losses, isExplicit, word.equals(AUTO));
    }

    /**
     * {@return the losses for a scene of a size: the main ones if the scene is large and no other choice was made}
     *
     * @param elements voxels times channels
     */
    LossChoice forSize(long elements) {
        if (!isAutomatic || elements <= LARGEST_FOR_ALL) {
            return this;
        }
        List<Chosen> main =
                losses.stream().filter(loss -> MAIN_IDS.contains(loss.definition().id())).toList();
        return new LossChoice(main, false, false);
    }

    private static Chosen chosen(
            LossDefinition definition, Map<String, String> parameters, Set<String> unused) {
        Map<String, String> own = new LinkedHashMap<>();
        for (ParameterSpec spec : definition.parameters()) {
            for (String key : List.of(spec.name(), definition.id() + "." + spec.name())) {
                String value = parameters.get(key);
                if (value != null) {
                    own.put(spec.name(), value);
                    unused.remove(key);
                }
            }
        }
        return new Chosen(definition, definition.create(own), definition.values(own).asMap());
    }

    private static InvalidParameterException unknown(
            String name, Collection<LossDefinition> definitions) {
        Set<String> known = new TreeSet<>();
        definitions.forEach(d -> d.parameters().forEach(spec -> known.add(spec.name())));
        return new InvalidParameterException(
                "unknown parameter '"
                        + name
                        + "' of "
                        + (definitions.size() == 1
                                ? definitions.iterator().next().id()
                                : "the chosen losses")
                        + "; "
                        + (known.isEmpty()
                                ? "there are none"
                                : "known are " + String.join(", ", known))
                        + ", each also as LOSS.NAME");
    }
}
