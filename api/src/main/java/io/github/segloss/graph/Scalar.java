package io.github.segloss.graph;

/** What each pointwise function does to float64 numbers: used to fold constants, and the definition that backends are held to. */
public final class Scalar {
    private Scalar() {}

    /**
     * {@return the function of a number}
     *
     * @param function a function from FLOAT to FLOAT
     * @param x the argument
     */
    public static double apply(UnaryFunction function, double x) {
        return switch (function) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case SQRT -> Math.sqrt(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case EXPM1 -> Math.expm1(x);
            case TANH -> Math.tanh(x);
            case FLOOR -> Math.floor(x);
            case DETACH, CAST -> x;
            case NOT -> x == 0 ? 1 : 0;
        };
    }

    /**
     * {@return the function of two numbers; a predicate gives 0 or 1}
     *
     * @param function the function
     * @param a the first argument
     * @param b the second argument
     */
    public static double apply(BinaryFunction function, double a, double b) {
        return switch (function) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> Math.pow(a, b);
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case LT -> a < b ? 1 : 0;
            case LE -> a <= b ? 1 : 0;
            case EQ -> a == b ? 1 : 0;
            case AND -> a != 0 && b != 0 ? 1 : 0;
            case OR -> a != 0 || b != 0 ? 1 : 0;
        };
    }
}
