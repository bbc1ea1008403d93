package io.github.segloss.vector;

import java.util.function.BiConsumer;

/**
 * A loop in two forms that give the same bits: over single elements, which the JVM compiles at once, and over vectors, each of which is an object until the
 * JVM has compiled the loop.
 *
 * @param <L> the kind of loop
 */
final class TwoForms<L> {
    /** At least as many runs as make the JVM compile a loop in its second tier, which is all that is known where it does not count bytes. */
    private static final int RUNS = 2000;

    /** So many runs show whether vectors are put into boxes, with operands of every kind. */
    private static final int SOME = 8;

    private final L elements;
    private final L vectors;
    private final BiConsumer<DoubleTrial, L> trial;
    private int runs;
    private volatile boolean isCompiled;

    /**
     * Takes both.
     *
     * @param elements the loop over elements
     * @param vectors the loop over vectors
     * @param trial runs a loop on a few elements
     */
    TwoForms(L elements, L vectors, BiConsumer<DoubleTrial, L> trial) {
        this.elements = elements;
        this.vectors = vectors;
        this.trial = trial;
    }

    /** {@return the form that a tier runs now} */
    L of(Tier tier) {
        return switch (tier) {
            case SCALAR -> elements;
            case INTERPRETER, GENERATED -> vectors;
            case AUTO -> isCompiled ? vectors : elements;
        };
    }

    /** {@return the loop over single elements} */
    L elements() {
        return elements;
    }

    /** {@return the loop over vectors} */
    L vectors() {
        return vectors;
    }

    /** {@return whether the JVM has compiled the loop over vectors} */
    boolean isCompiled() {
        return isCompiled;
    }

    /** Runs the loop over vectors some times; it is taken for compiled when that puts no vector into a box. For one thread alone. */
    void warmUp(DoubleTrial few) {
        long before = GeneratedLoops.allocated();
        for (int k = 0; k < SOME; k++) {
            trial.accept(few, vectors);
            few.next();
        }
        runs += SOME;
        isCompiled = runs >= RUNS && GeneratedLoops.allocated() == before;
    }
}
