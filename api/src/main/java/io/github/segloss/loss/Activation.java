package io.github.segloss.loss;

/** What turns the prediction into probabilities. */
public enum Activation {
    /** Each channel by itself: {@code p = 1 / (1 + e^-x)}. */
    SIGMOID,
    /** Over the channels: {@code p_c = e^x_c / sum e^x_k}. */
    SOFTMAX,
    /** The prediction is taken as it is: probabilities in [0, 1], or what the loss asks for. */
    NONE
}
