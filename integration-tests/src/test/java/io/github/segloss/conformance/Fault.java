package io.github.segloss.conformance;

/** A mistake that a backend may have. Each is put alone into a backend that is right otherwise, and the kit has to find it. */
enum Fault {
    /** None: the backend that all others are made of passes the kit. */
    NONE(""),

    /** The pixels after the last whole vector of eight are not written. */
    WRONG_TAIL("required_op_neg_float32"),

    /** Sums over the pixels are carried in float32. */
    FLOAT_SUMS("required_reduce_sum_float32"),

    /** {@code b - a}, {@code b / a} and {@code b < a} for {@code a - b}, {@code a / b} and {@code a < b}. */
    SWAPPED_OPERANDS("required_op_sub_float32"),

    /** The mask is not read: pixels that do not count do. */
    MISSING_MASK("required_loss_tversky_options"),

    /** Sums over the pixels start at what the call before has left. */
    STALE_SCRATCH("required_contract_sameBitsAgain_dice"),

    /** Partial sums are added in the order in which threads happen to finish. */
    RACING_TILES("required_contract_sameBitsAgain_dice"),

    /** {@code a > b ? a : b}, in which a NaN of the second operand wins and one of the first does not. */
    SWALLOWED_NAN("required_op_max_float32"),

    /** Equal keys are ranked from the last to the first. */
    WRONG_TIE_ORDER("required_rankedSum_tiesGoByIndex_float32"),

    /** Classes are counted from 1. */
    CLASS_OFF_BY_ONE("required_labels_uint8_float32"),

    /** The exponent of {@code e^x} is put into the bits of the result without a look at its range. */
    UNCLAMPED_EXPONENT("required_op_exp_float32");

    private final String foundBy;

    Fault(String foundBy) {
        this.foundBy = foundBy;
    }

    /** The first rule of the kit that finds it. */
    String foundBy() {
        return foundBy;
    }
}
