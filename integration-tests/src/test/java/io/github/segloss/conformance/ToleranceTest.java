package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    private static final Shape TWO = Shape.of(1, 2);

    private static double[] of(double... values) {
        return values;
    }

    @Test
    void aValueIsMeasuredAgainstOneOrItself() {
        Tolerance golden = Tolerance.golden(DType.FLOAT64);
        assertTrue(golden.valueMismatch(of(1e-3), of(1e-3 + 0.9e-10), Shape.of()).isEmpty());
        assertTrue(golden.valueMismatch(of(1e-3), of(1e-3 + 1.1e-10), Shape.of()).isPresent());
        assertTrue(golden.valueMismatch(of(1000), of(1000 + 0.9e-7), Shape.of()).isEmpty());
        assertTrue(golden.valueMismatch(of(1000), of(1000 + 1.1e-7), Shape.of()).isPresent());
    }

    @Test
    void aGradientIsMeasuredAgainstItsLargestElement() {
        Tolerance golden = Tolerance.golden(DType.FLOAT64);
        assertTrue(golden.gradientMismatch(of(1e-6, 0), of(1e-6, 0.9e-16), TWO).isEmpty());
        assertTrue(golden.gradientMismatch(of(1e-6, 0), of(1e-6, 1.2e-15), TWO).isPresent());
        assertTrue(golden.gradientMismatch(of(0, 0), of(0, 0.9e-15), TWO).isEmpty());
        assertTrue(golden.gradientMismatch(of(0, 0), of(0, 1.1e-15), TWO).isPresent());
    }

    @Test
    void nanAndInfinityFail() {
        Tolerance loose = new Tolerance(1e9, 1e9, 1e9, DType.FLOAT16);
        for (double bad : of(Double.NaN, Double.POSITIVE_INFINITY)) {
            assertTrue(loose.valueMismatch(of(1), of(bad), Shape.of()).isPresent());
            assertTrue(loose.gradientMismatch(of(1, 1), of(1, bad), TWO).isPresent());
            assertTrue(loose.valueMismatch(of(Double.NaN), of(1), Shape.of()).isPresent());
            assertEquals(Double.POSITIVE_INFINITY, Tolerance.valueError(of(1), of(bad)));
            assertEquals(Double.POSITIVE_INFINITY, Tolerance.gradientError(of(1), of(bad)));
        }
    }

    @Test
    void anotherNumberOfElementsFails() {
        Tolerance golden = Tolerance.golden(DType.FLOAT64);
        assertTrue(golden.gradientMismatch(of(1, 1), of(1), TWO).isPresent());
        assertEquals(Double.POSITIVE_INFINITY, Tolerance.gradientError(of(1, 1), of(1)));
    }

    @Test
    void theWorstElementIsNamedWithItsPositionAndDistance() {
        String message =
                Tolerance.golden(DType.FLOAT32)
                        .gradientMismatch(of(1, 1), of(1.5, 3), TWO)
                        .orElseThrow();
        assertTrue(message.contains("at [0, 1]: expected 1.0, found 3.0, off by 2.0"), message);
        assertTrue(message.contains("1.678e+07 units in the last place of float32"), message);
        assertTrue(message.contains("2 of 2 elements are off"), message);
    }

    @Test
    void aSixteenBitResultMayBeRounded() {
        double third = 1 / 3.0;
        for (DType type : new DType[] {DType.FLOAT16, DType.BFLOAT16}) {
            double rounded = GraphRun.round(type, third)[0];
            Tolerance tolerance = Tolerance.agreement(type, 1);
            assertTrue(tolerance.gradientMismatch(of(third), of(rounded), Shape.of(1)).isEmpty());
            double off = rounded + 1.5 * (rounded - third);
            assertTrue(tolerance.gradientMismatch(of(third), of(off), Shape.of(1)).isPresent());
        }
    }

    @Test
    void singleOpsAreMeasuredInUnitsInTheLastPlace() {
        DType type = DType.FLOAT32;
        double third = 1 / 3.0;
        double near = Math.nextUp(Math.nextUp((float) third));
        assertTrue(Tolerance.isNear(type, third, (float) third, 0));
        assertFalse(Tolerance.isNear(type, third, near, 1));
        assertTrue(Tolerance.isNear(type, third, near, 3));
        assertTrue(Tolerance.isNear(type, Double.NaN, Double.NaN, 0));
        assertFalse(Tolerance.isNear(type, 1, Double.NaN, 1e9));
        assertFalse(Tolerance.isNear(type, Double.POSITIVE_INFINITY, Float.MAX_VALUE, 4));
        assertTrue(Tolerance.isNear(type, 1e39, Double.POSITIVE_INFINITY, 4), "an overflow");
        assertTrue(Tolerance.isNear(type, 1e-42, 0, 4), "an underflow flushed to 0");
        assertFalse(Tolerance.isNear(type, 1e-42, 0, 0), "an exact op keeps it");
        assertEquals(0, Tolerance.units(BinaryFunction.ADD, 1, 2));
    }
}
