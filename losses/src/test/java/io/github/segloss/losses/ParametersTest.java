package io.github.segloss.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.SegLossException;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import io.github.segloss.loss.ParameterKind;
import io.github.segloss.loss.ParameterSpec;
import io.github.segloss.losses.RegionOptions.EmptyClass;
import io.github.segloss.losses.RegionOptions.Overlap;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the constructor of every loss checks what its definition says, and that every parameter arrives in the loss. */
class ParametersTest {
    static Collection<LossDefinition> definitions() {
        return LossCatalog.load().all();
    }

    /** The same record with one component replaced. */
    private static Loss with(Loss loss, RecordComponent changed, Object value) {
        RecordComponent[] components = loss.getClass().getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                boolean isChanged = components[i].getName().equals(changed.getName());
                values[i] = isChanged ? value : components[i].getAccessor().invoke(loss);
            }
            Constructor<?> canonical = loss.getClass().getDeclaredConstructor(types);
            return (Loss) canonical.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SegLossException refusal) {
                throw refusal;
            }
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(Loss loss, RecordComponent component, Object value) {
        String what = loss.id() + " with " + component.getName() + " " + value;
        InvalidParameterException refusal =
                assertThrows(
                        InvalidParameterException.class, () -> with(loss, component, value), what);
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.startsWith(loss.id() + ": "), message);
        assertTrue(message.contains(" is " + value + ";"), message);
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void constructorsRefuseWhatIsNoNumberOrOutOfRange(LossDefinition definition) {
        Loss loss = definition.create(Map.of());
        for (RecordComponent component : loss.getClass().getRecordComponents()) {
            if (component.getType() == double.class || component.getType() == Double.class) {
                assertRefused(loss, component, Double.NaN);
                assertRefused(loss, component, Double.POSITIVE_INFINITY);
            } else if (component.getType() == int.class) {
                assertRefused(loss, component, -1);
            }
        }
    }

    private static final Map<String, UnaryOperator<RegionOptions>> REGIONS =
            Map.of(
                    "squared", RegionOptions::withSquares,
                    "overlap", region -> region.withOverlap(Overlap.L1),
                    "empty_class", region -> region.withEmptyClass(EmptyClass.ZERO_LOSS));

    /** Options of regions that a loss does not have are refused and not passed over, by a direct call too. */
    @ParameterizedTest
    @MethodSource("definitions")
    void constructorsRefuseOptionsOfRegionsThatTheyDoNotHave(LossDefinition definition) {
        Loss loss = definition.create(Map.of());
        Set<String> names =
                definition.parameters().stream()
                        .map(ParameterSpec::name)
                        .collect(Collectors.toSet());
        for (RecordComponent component : loss.getClass().getRecordComponents()) {
            if (component.getType() != RegionOptions.class) {
                continue;
            }
            REGIONS.forEach((name, change) -> {
                RegionOptions region = change.apply(RegionOptions.DEFAULT);
                if (names.contains(name)) {
                    assertEquals(region, component(with(loss, component, region), component));
                } else {
                    assertThrows(
                            InvalidParameterException.class,
                            () -> with(loss, component, region),
                            definition.id() + " " + name);
                }
            });
        }
    }

    private static Object component(Loss loss, RecordComponent component) {
        try {
            return component.getAccessor().invoke(loss);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    // ---- by name

    private static List<Object> edges(ParameterSpec spec) {
        List<Object> edges = new ArrayList<>();
        if (Double.isFinite(spec.lowest())) {
            edges.add(spec.lowest());
        }
        if (Double.isFinite(spec.highest())) {
            edges.add(spec.highest());
        }
        return edges;
    }

    private static boolean isAllowed(ParameterSpec spec, double edge) {
        return edge == spec.lowest() ? !spec.isLowestOpen() : !spec.isHighestOpen();
    }

    /** Parameters that are checked against each other cannot go to their edges alone. */
    private static final Set<String> TOGETHER = Set.of("smooth_nr", "smooth_dr");

    @ParameterizedTest
    @MethodSource("definitions")
    void theEdgesOfRangesAreAllowedOrRefusedAsDeclared(LossDefinition definition) {
        for (ParameterSpec spec : definition.parameters()) {
            boolean isNumber =
                    spec.kind() == ParameterKind.NUMBER || spec.kind() == ParameterKind.INTEGER;
            if (!isNumber || TOGETHER.contains(spec.name())) {
                continue;
            }
            for (Object edge : edges(spec)) {
                double value = (Double) edge;
                if (isAllowed(spec, value)) {
                    Loss loss = definition.create(Map.of(spec.name(), value));
                    assertEquals(definition.id(), loss.id());
                    double outside =
                            value == spec.lowest()
                                    ? value - Math.max(1e-9, Math.ulp(value))
                                    : value + Math.max(1e-9, Math.ulp(value));
                    assertThrows(
                            InvalidParameterException.class,
                            () -> definition.create(Map.of(spec.name(), outside)),
                            definition.id() + " " + spec.name() + " " + outside);
                } else {
                    assertThrows(
                            InvalidParameterException.class,
                            () -> definition.create(Map.of(spec.name(), value)),
                            definition.id() + " " + spec.name() + " " + value);
                }
            }
        }
    }

    private static Object other(ParameterSpec spec) {
        return switch (spec.kind()) {
            case FLAG -> !Boolean.TRUE.equals(spec.defaultValue());
            case CHOICE ->
                    spec.choices().stream()
                            .filter(choice -> !choice.equals(spec.defaultValue()))
                            .findFirst()
                            .orElseThrow();
            case INTEGER -> ((Number) spec.defaultValue()).doubleValue() + 1;
            case NUMBER -> inside(spec);
            case NUMBERS, INTEGERS, NUMBER_OR_NUMBERS, MATRIX -> List.of();
        };
    }

    /** A number in the range that is no default of any loss. */
    private static double inside(ParameterSpec spec) {
        if (TOGETHER.contains(spec.name())) {
            // Some losses want the first no larger than the second.
            double plain = ((Number) spec.defaultValue()).doubleValue();
            return spec.name().equals("smooth_nr") ? plain / 2 : 2 * plain + 0.337;
        }
        double low = spec.lowest();
        double high = spec.highest();
        if (Double.isInfinite(low)) {
            return (Double.isInfinite(high) ? 0 : high) - 0.337;
        }
        return low + 0.337 * (Double.isInfinite(high) ? 2 : high - low);
    }

    /** A loss made with another value of one parameter is another loss, and no two parameters give the same. */
    @ParameterizedTest
    @MethodSource("definitions")
    void everyParameterArrivesInTheLoss(LossDefinition definition) {
        Map<Loss, String> made = new HashMap<>();
        made.put(definition.create(Map.of()), "the defaults");
        for (ParameterSpec spec : definition.parameters()) {
            Object value = other(spec);
            if (value instanceof List<?>) {
                continue; // lists depend on the number of classes and have tests of their own
            }
            String same = made.put(definition.create(Map.of(spec.name(), value)), spec.name());
            assertEquals(null, same, definition.id() + " takes no notice of " + spec.name());
        }
    }

    /** Losses that take a power of one minus the score, or the logarithm of the score, want no score above 1. */
    @Test
    void smoothingThatMayGiveScoresAboveOneIsRefusedWherePowersAndLogarithmsAreTaken() {
        Set<String> refusing =
                definitions().stream()
                        .filter(definition ->
                                definition.parameters().stream()
                                        .anyMatch(spec -> spec.name().equals("smooth_nr")))
                        .filter(definition -> {
                            try {
                                Loss _ =
                                        definition.create(
                                                Map.of("smooth_nr", 2.0, "smooth_dr", 1.0));
                                return false;
                            } catch (InvalidParameterException e) {
                                return true;
                            }
                        })
                        .map(LossDefinition::id)
                        .collect(Collectors.toSet());
        assertEquals(
                Set.of(
                        "asymmetric_focal_tversky",
                        "asymmetric_unified_focal",
                        "exponential_logarithmic",
                        "focal_tversky",
                        "hybrid_focal",
                        "log_dice",
                        "log_iou",
                        "symmetric_focal_tversky",
                        "symmetric_unified_focal"),
                refusing);
    }

    @Test
    void regionOptionsAreChangedOneByOne() {
        RegionOptions plain = RegionOptions.smooth(0.25, 0.5);
        assertEquals(
                new RegionOptions(0.25, 0.5, false, Overlap.PRODUCT, EmptyClass.FORMULA), plain);
        assertEquals(
                new RegionOptions(0.25, 0.5, true, Overlap.PRODUCT, EmptyClass.FORMULA),
                plain.withSquares());
        assertEquals(
                new RegionOptions(0.25, 0.5, false, Overlap.L1, EmptyClass.FORMULA),
                plain.withOverlap(Overlap.L1));
        assertEquals(
                new RegionOptions(0.25, 0.5, false, Overlap.PRODUCT, EmptyClass.ZERO_LOSS),
                plain.withEmptyClass(EmptyClass.ZERO_LOSS));
        assertEquals(RegionOptions.smooth(1e-5, 1e-5), RegionOptions.DEFAULT);
        for (double bad : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(InvalidParameterException.class, () -> RegionOptions.smooth(bad, 1));
            assertThrows(InvalidParameterException.class, () -> RegionOptions.smooth(1, bad));
        }
        assertEquals(0, RegionOptions.smooth(0).smoothNumerator());
    }
}
