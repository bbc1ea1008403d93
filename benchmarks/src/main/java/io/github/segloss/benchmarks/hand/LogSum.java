package io.github.segloss.benchmarks.hand;

/**
 * A sum of logarithms of numbers from 1 to 2^16, as the logarithm of their product, taken before it overflows: one multiplication for each number instead of
 * one logarithm, and as accurate.
 */
final class LogSum {
    private static final double LIMIT = 0x1p1000;

    private double sum;
    private double product = 1;

    /** Adds {@code ln(factor)}. */
    void add(double factor) {
        product *= factor;
        if (product > LIMIT) {
            sum += Math.log(product);
            product = 1;
        }
    }

    double total() {
        return sum + Math.log(product);
    }
}
