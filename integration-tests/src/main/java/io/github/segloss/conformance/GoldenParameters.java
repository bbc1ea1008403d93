package io.github.segloss.conformance;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.conformance.GoldenCase.LossCase;
import io.github.segloss.loss.ClassSelection;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.MeanOver;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.loss.WeightNormalization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a golden case as this library takes them: those that are options, the spacing, and the rest, which the loss itself must declare.
 *
 * @param loss the loss
 * @param options the options
 * @param spacing the spacing; empty for 1
 */
record GoldenParameters(Loss loss, LossOptions options, List<Double> spacing) {

    /** A parameter that a case may state although the loss does not have it, because at these values it changes nothing. */
    private record Neutral(String name, Set<String> losses, Predicate<Object> changesNothing) {
        boolean fits(String loss, String parameter, @Nullable Object value) {
            return name.equals(parameter)
                    && (losses.isEmpty() || losses.contains(loss))
                    && (value == null || changesNothing.test(value));
        }
    }

    /**
     * The one table of parameters that may be left out. A value that is null says "not used" and needs no row; anything else that the loss does not
     * declare is an error, never dropped.
     */
    private static final List<Neutral> NEUTRAL =
            List.of(
                    // The plain form of an option that this loss does not have.
                    neutral("overlap", "product"),
                    neutral("squared", false),
                    neutral("empty_class", "formula"),
                    neutral("label_smoothing", 0.0),
                    // Class 0 is the background in the whole library.
                    neutral("background_class", 0.0),
                    // The only rule there is for the weight of an empty class.
                    neutral("empty_class_weight", "max"),
                    // The formula of these two has no region sums to be smoothed.
                    new Neutral(
                            "smooth_nr", Set.of("symmetric_focal", "asymmetric_focal"), _ -> true),
                    new Neutral(
                            "smooth_dr", Set.of("symmetric_focal", "asymmetric_focal"), _ -> true));

    private static Neutral neutral(String name, Object value) {
        return new Neutral(name, Set.of(), value::equals);
    }

    /**
     * {@return the parameters of a case}
     *
     * @param definition the loss that the case names
     * @param c the case
     * @throws InvalidParameterException if a parameter is not allowed, or not known
     */
    static GoldenParameters of(LossDefinition definition, LossCase c) {
        Set<String> declared =
                definition.parameters().stream()
                        .map(ParameterSpec::name)
                        .collect(Collectors.toSet());
        LossOptions options =
                LossOptions.of(c.activation(), c.targetKind())
                        .withClassWeights(
                                c.classWeights().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray())
                        .withReduction(c.reduction());
        List<Double> spacing = List.of();
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> entry : c.parameters().entrySet()) {
            String name = entry.getKey();
            Object value = entry.getValue();
            if (declared.contains(name)) {
                own.put(name, value);
            } else if (name.equals("sampling")) {
                spacing = value == null ? List.of() : numbers(definition.id(), name, value);
            } else if (!isOption(name)) {
                requireNeutral(definition, name, value);
            }
            if (value != null && !declared.contains(name)) {
                options = withOption(definition.id(), options, name, value);
            }
        }
        return new GoldenParameters(definition.create(own), options, spacing);
    }

    private static boolean isOption(String name) {
        return switch (name) {
            case "include_background",
                    "batch",
                    "per_image",
                    "ignore_index",
                    "weight_normalization",
                    "mean_over" ->
                    true;
            default -> false;
        };
    }

    private static LossOptions withOption(
            String loss, LossOptions options, String name, Object value) {
        return switch (name) {
            case "include_background" ->
                    options.withClasses(
                            flag(loss, name, value)
                                    ? ClassSelection.ALL
                                    : ClassSelection.FOREGROUND);
            case "batch" -> options.withBatch(flag(loss, name, value));
            case "per_image" -> options.withBatch(!flag(loss, name, value));
            case "ignore_index" -> options.withIgnoreIndex(whole(loss, name, value));
            case "weight_normalization" ->
                    options.withWeightNormalization(
                            constant(loss, name, value, WeightNormalization.class));
            case "mean_over" -> options.withMeanOver(constant(loss, name, value, MeanOver.class));
            default -> options;
        };
    }

    private static void requireNeutral(
            LossDefinition definition, String name, @Nullable Object value) {
        boolean isNeutral =
                value == null
                        || NEUTRAL.stream().anyMatch(row -> row.fits(definition.id(), name, value));
        if (!isNeutral) {
            throw new InvalidParameterException(
                    definition.id()
                            + ": the case states "
                            + name
                            + " = "
                            + value
                            + ", which is neither an option nor one of the loss's parameters "
                            + definition.parameters().stream().map(ParameterSpec::name).toList());
        }
    }

    private static boolean flag(String loss, String name, Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(loss, name, value, "true or false");
    }

    private static long whole(String loss, String name, Object value) {
        if (value instanceof Double number && number == Math.rint(number)) {
            return number.longValue();
        }
        throw wrong(loss, name, value, "a whole number");
    }

    private static List<Double> numbers(String loss, String name, Object value) {
        if (value instanceof List<?> list && list.stream().allMatch(Double.class::isInstance)) {
            return list.stream().map(Double.class::cast).toList();
        }
        throw wrong(loss, name, value, "a list of numbers");
    }

    private static <E extends Enum<E>> E constant(
            String loss, String name, Object value, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw wrong(loss, name, value, "one of " + List.of(type.getEnumConstants()));
    }

    private static InvalidParameterException wrong(
            String loss, String name, Object value, String allowed) {
        return new InvalidParameterException(
                loss + ": " + name + " is " + value + "; it must be " + allowed);
    }
}
