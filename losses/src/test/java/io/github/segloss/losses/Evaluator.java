package io.github.segloss.losses;

import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.runtime.LossFunction;
import io.github.segloss.runtime.LossInputs;
import io.github.segloss.runtime.LossResult;
import io.github.segloss.runtime.Session;
import java.util.HashMap;
import java.util.Map;

/** The scalar reference, with the graph of each loss kept: thousands of small tests differ in their numbers only. */
final class Evaluator implements AutoCloseable {
    private record Key(Loss loss, LossOptions options) {}

    private final Session session = Session.open("scalar");
    private final Map<Key, LossFunction> functions = new HashMap<>();

    LossFunction function(Loss loss, LossOptions options) {
        return functions.computeIfAbsent(
                new Key(loss, options), key -> session.loss(key.loss(), key.options()));
    }

    LossResult evaluate(Setting setting, LossOptions options, LossInputs inputs) {
        return function(setting.loss(), options).evaluate(inputs);
    }

    @Override
    public void close() {
        session.close();
    }
}
