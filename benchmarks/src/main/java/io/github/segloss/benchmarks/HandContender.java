package io.github.segloss.benchmarks;

import io.github.segloss.benchmarks.hand.HandLoop;

/**
 * A loop by hand as a contender: always one thread.
 *
 * @param loop the loop
 */
record HandContender(HandLoop loop) implements Contender {
    static final String NAME = "by hand";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    public double call() {
        return loop.run();
    }
}
