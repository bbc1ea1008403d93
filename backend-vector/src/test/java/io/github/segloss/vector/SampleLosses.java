package io.github.segloss.vector;

import io.github.segloss.backend.TensorTypes;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.expr.Probabilities;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Op;
import io.github.segloss.loss.InputLayout;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossGraph;
import io.github.segloss.loss.LossOptions;
import io.github.segloss.loss.LossScope;
import io.github.segloss.loss.Outputs;
import io.github.segloss.loss.Terms;
import io.github.segloss.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Losses that between them have every kind of pass: written here so that this module's tests need no other module. */
enum SampleLosses implements Loss {
    BCE {
        @Override
        public Expr define(LossScope in) {
            Probabilities p = in.probabilities(0);
            Expr g = in.target();
            Expr terms = g.mul(p.logP()).add(Expr.one().sub(g).mul(p.logQ())).neg();
            return in.mean(terms, Terms.INDEPENDENT);
        }
    },
    BINARY_FOCAL {
        @Override
        public Expr define(LossScope in) {
            Probabilities p = in.probabilities(0);
            Expr g = in.target();
            Expr positive = p.q().square().mul(p.logP()).mul(0.25);
            Expr negative = p.p().square().mul(p.logQ()).mul(0.75);
            return in.mean(
                    g.mul(positive).add(Expr.one().sub(g).mul(negative)).neg(), Terms.INDEPENDENT);
        }
    },
    DICE {
        @Override
        public Expr define(LossScope in) {
            Expr p = in.probabilities();
            Expr g = in.target();
            Expr overlap = in.sum(p.mul(g));
            Expr total = in.sum(p.add(g));
            return in.reduce(Expr.one().sub(overlap.mul(2).add(1).div(total.add(1))));
        }
    },
    CROSS_ENTROPY {
        @Override
        public Expr define(LossScope in) {
            return in.mean(in.target().mul(in.probabilities(0).logP()).neg(), Terms.CATEGORICAL);
        }
    },
    FOCAL {
        @Override
        public Expr define(LossScope in) {
            Probabilities p = in.probabilities(0);
            return in.mean(
                    in.target().mul(p.q().pow(in.parameter("gamma", 1.5)).mul(p.logP())).neg(),
                    Terms.CATEGORICAL);
        }
    },
    ASYMMETRIC_UNIFIED_FOCAL {
        @Override
        public Expr define(LossScope in) {
            double gamma = 0.5;
            double delta = 0.6;
            Probabilities p = in.probabilities(1e-7);
            Expr g = in.target();
            Condition background = in.isClass(0);
            Expr modulation = background.select(p.q().pow(gamma), 1);
            Expr weight = background.select(Expr.constant(1 - delta), delta);
            Expr focal =
                    in.mean(g.mul(p.logP()).mul(modulation).mul(weight).neg(), Terms.CATEGORICAL);
            Expr truePositive = in.sum(p.p().mul(g));
            Expr falsePositive = in.sum(p.p().mul(Expr.one().sub(g)));
            Expr falseNegative = in.sum(p.q().mul(g));
            Expr wrong = falsePositive.mul(1 - delta).add(falseNegative.mul(delta));
            Expr v = wrong.div(truePositive.add(wrong).add(1e-7));
            Expr tversky = in.reduce(background.select(v, v.pow(1 - gamma)));
            return focal.mul(0.5).add(tversky.mul(0.5));
        }
    },
    TVERSKY {
        @Override
        public Expr define(LossScope in) {
            Probabilities p = in.probabilities(0);
            Expr g = in.target();
            Expr truePositive = in.sum(p.p().mul(g));
            Expr falsePositive = in.sum(p.p().mul(Expr.one().sub(g)));
            Expr falseNegative = in.sum(p.q().mul(g));
            Expr wrong = falsePositive.mul(0.3).add(falseNegative.mul(0.7));
            return in.reduce(wrong.div(truePositive.add(wrong).add(1)));
        }
    },
    LOVASZ {
        @Override
        public Expr define(LossScope in) {
            Expr p = in.probabilities();
            Expr g = in.target();
            Expr errors = g.mul(Expr.one().sub(p)).add(Expr.one().sub(g).mul(p));
            Expr hits = g.rankedSum(errors.detach(), Axes.SPACE);
            Expr misses = Expr.one().sub(g).rankedSum(errors.detach(), Axes.SPACE);
            Expr all = g.sum(Axes.SPACE);
            Expr union = all.add(misses);
            Expr left = all.sub(hits);
            Expr weight =
                    g.mul(Expr.one().div(union))
                            .add(
                                    Expr.one()
                                            .sub(g)
                                            .mul(
                                                    left.div(
                                                            union.mul(
                                                                    union.sub(1)
                                                                            .max(Expr.one())))));
            return in.reduce(errors.mul(weight.detach()).sum(Axes.SPACE));
        }
    };

    /** {@return whether the loss is of independent channels} */
    boolean isBinary() {
        return this == BCE || this == BINARY_FOCAL;
    }

    LossOptions options(int channels) {
        return isBinary() || channels == 1 ? LossOptions.sigmoid() : LossOptions.softmax();
    }

    /**
     * {@return the passes of value and gradient in float32, of labels in bytes}
     *
     * @param channels the channels of the prediction
     */
    List<FloatPass> passes(int channels) {
        return passes(channels, new Workers(1));
    }

    /**
     * {@return those passes}
     *
     * @param channels the channels of the prediction
     * @param workers who runs them
     */
    List<FloatPass> passes(int channels, Workers workers) {
        LossGraph graph =
                LossGraph.of(this, options(channels), InputLayout.of(channels), Outputs.BOTH);
        Map<String, DType> types = new HashMap<>(Map.of("gradient", DType.FLOAT32));
        graph.graph().inputs().stream()
                .filter(Op.Input::isPixelInput)
                .forEach(input ->
                        types.put(
                                input.name(),
                                input.name().equals("target") ? DType.UINT8 : DType.FLOAT32));
        Plan plan = new Plan(graph.program(), new TensorTypes(types), workers, Tier.AUTO, true);
        return plan.stages().stream()
                .filter(FloatPass.class::isInstance)
                .map(FloatPass.class::cast)
                .toList();
    }

    /** {@return whether it is defined for some number of channels} */
    boolean takes(int channels) {
        return List.of(BCE, BINARY_FOCAL, DICE).contains(this) || channels > 1;
    }
}
