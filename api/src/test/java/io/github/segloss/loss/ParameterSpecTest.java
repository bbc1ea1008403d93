package io.github.segloss.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.expr.Expr;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterSpecTest {
    private static final LossDefinition DEFINITION =
            LossDefinition.of("probe", Family.REGION)
                    .title("Probe")
                    .formula("0")
                    .source("this test")
                    .purpose("testing")
                    .parameters(
                            ParameterSpec.number("alpha", 0.25, "a share").atLeast(0).atMost(1),
                            ParameterSpec.integer("steps", 3, "a count").atLeast(1),
                            ParameterSpec.flag("squared", false, "a flag"),
                            ParameterSpec.choice("over", MeanOver.VOXELS, "a choice"),
                            ParameterSpec.required("weights", ParameterKind.NUMBERS, "a list")
                                    .atLeast(0)
                                    .optional(),
                            ParameterSpec.required("matrix", ParameterKind.MATRIX, "a matrix")
                                    .optional())
                    .create(values -> in -> Expr.constant(values.number("alpha")));

    @Test
    void defaultsFillIn() {
        ParameterValues values = DEFINITION.values(Map.of());
        assertEquals(0.25, values.number("alpha"));
        assertEquals(3, values.integer("steps"));
        assertFalse(values.flag("squared"));
        assertEquals(MeanOver.VOXELS, values.choice("over", MeanOver.class));
        assertFalse(values.has("weights"));
    }

    @Test
    void textIsUnderstood() {
        ParameterValues values =
                DEFINITION.values(
                        Map.of(
                                "alpha",
                                "0.5",
                                "steps",
                                "7",
                                "squared",
                                "true",
                                "over",
                                "elements",
                                "weights",
                                "1, 2,3",
                                "matrix",
                                "[[0, 1], [1, 0]]"));
        assertEquals(0.5, values.number("alpha"));
        assertEquals(7, values.integer("steps"));
        assertTrue(values.flag("squared"));
        assertEquals(MeanOver.ELEMENTS, values.choice("over", MeanOver.class));
        assertEquals(List.of(1.0, 2.0, 3.0), values.numbers("weights"));
        assertEquals(List.of(List.of(0.0, 1.0), List.of(1.0, 0.0)), values.matrix("matrix"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alpha|1.5|at most 1",
                "alpha|NaN|at most 1",
                "alpha|many|a number",
                "alpha|null|a number",
                "steps|2.5|a whole number",
                "steps|0|at least 1",
                "squared|1|true or false",
                "over|pixels|voxels, elements",
                "weights|1,-2|at least 0",
                "weights|[1|list",
                "matrix|[1,2]|rows"
            })
    void whatIsNotAllowedIsNamed(String name, String value, String allowed) {
        InvalidParameterException e =
                assertThrows(
                        InvalidParameterException.class,
                        () -> DEFINITION.create(Map.of(name, value)));
        assertTrue(e.getMessage().startsWith("probe: parameter " + name + " is "), e.getMessage());
        assertTrue(e.getMessage().contains(allowed), e.getMessage());
    }

    @Test
    void unknownParametersAreListed() {
        InvalidParameterException e =
                assertThrows(
                        InvalidParameterException.class,
                        () -> DEFINITION.create(Map.of("beta", 1)));
        assertTrue(
                e.getMessage().contains("'beta'") && e.getMessage().contains("alpha, steps"),
                e.getMessage());
    }

    @Test
    void theIdComesFromTheClassName() {
        record FocalTverskyLoss() implements Loss {
            @Override
            public Expr define(LossScope in) {
                return Expr.zero();
            }
        }
        assertEquals("focal_tversky", new FocalTverskyLoss().id());
    }

    @Test
    void choicesCoverTheEnum() {
        ParameterSpec spec = ParameterSpec.choice("reduction", Reduction.MEAN, "");
        assertEquals(
                Arrays.stream(Reduction.values())
                        .map(r -> r.name().toLowerCase(java.util.Locale.ROOT))
                        .toList(),
                spec.choices());
    }
}
