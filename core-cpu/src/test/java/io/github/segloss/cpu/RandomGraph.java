package io.github.segloss.cpu;

import io.github.segloss.autodiff.Autodiff;
import io.github.segloss.backend.Geometry;
import io.github.segloss.expr.Condition;
import io.github.segloss.expr.Expr;
import io.github.segloss.graph.Axes;
import io.github.segloss.graph.Axis;
import io.github.segloss.graph.Nodes;
import io.github.segloss.graph.Op;
import io.github.segloss.graph.Window;
import io.github.segloss.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random graph of bounded, smooth ops. Decisions (comparisons, argmax, ranks, windows) are made on inputs only, so that rounding cannot turn them; everything
 * else is a function whose value and slope are of order one.
 */
final class RandomGraph {
    private final Random random;
    private final Calculation calculation;
    private final List<Expr> pool = new ArrayList<>();
    private final List<Expr> inputs = new ArrayList<>();
    private final Expr matrix;

    private RandomGraph(Random random, Calculation calculation, int classes) {
        this.random = random;
        this.calculation = calculation;
        double[] m = new double[classes * classes];
        for (int i = 0; i < m.length; i++) {
            m[i] = random.nextInt(9) / 8.0 - 0.5;
        }
        this.matrix = calculation.matrix("m", m);
    }

    /** A calculation with a table, its gradient and a pixel output. */
    static Calculation of(long seed, int classes, Geometry geometry, DType type) {
        Random random = new Random(seed);
        Calculation calculation = new Calculation(classes, geometry, type);
        new RandomGraph(random, calculation, classes).build();
        return calculation;
    }

    private void build() {
        Expr x = input("x", Axes.ALL);
        input("y", Axes.BATCH_SPACE);
        input("z", Axes.ALL);
        pool.add(calculation.table("t", Axes.BATCH_CLASS, values(Axes.BATCH_CLASS)));
        pool.add(Expr.constant(0.75));
        for (int i = 0; i < 25; i++) {
            pool.add(next());
        }
        Expr total = Expr.zero();
        for (int i = 0; i < 4; i++) {
            Expr one = pool.get(pool.size() - 1 - i);
            total = total.add(mean(one.mul(pick()), Axes.ALL));
        }
        Op.Input variable = (Op.Input) x.node().op();
        calculation.output("value", total);
        calculation.output("pixels", pool.getLast().add(x), Axes.ALL);
        Expr gradient = Expr.of(Autodiff.vjp(total.node(), variable, Nodes.constant(1)));
        calculation.output("gradient", gradient.mul(Expr.size(Axes.BATCH_SPACE)), Axes.ALL);
    }

    private double[] values(Axes extent) {
        return random.doubles(calculation.elements(extent), -1, 1).map(v -> (float) v).toArray();
    }

    private Expr input(String name, Axes extent) {
        Expr input = calculation.randomPixels(name, extent, random);
        inputs.add(input);
        pool.add(input);
        return input;
    }

    private Expr pick() {
        return pool.get(random.nextInt(pool.size()));
    }

    private Expr pickInput() {
        return inputs.get(random.nextInt(inputs.size()));
    }

    private static Expr mean(Expr e, Axes axes) {
        return e.sum(axes).div(Expr.size(axes));
    }

    private Expr next() {
        Expr a = pick();
        Expr b = pick();
        Condition condition = pickInput().lt(pickInput().mul(0.5));
        Expr grid = pickInput().add(a);
        Window window =
                new Window(
                        Window.Extreme.values()[random.nextInt(2)],
                        Window.Footprint.values()[random.nextInt(2)],
                        Window.Border.values()[random.nextInt(2)]);
        return switch (random.nextInt(20)) {
            case 0 -> a.add(b).mul(0.5);
            case 1 -> a.sub(b).tanh();
            case 2 -> a.mul(b).tanh();
            case 3 -> a.div(b.square().add(1));
            case 4 -> a.tanh().exp();
            case 5 -> a.square().log1p();
            case 6 -> a.tanh().expm1();
            case 7 -> a.square().add(1).sqrt();
            case 8 -> a.square().add(0.5).log();
            case 9 -> a.square().add(0.5).pow(0.3).sub(b);
            case 10 -> condition.select(a, b);
            case 11 -> condition.not().and(pickInput().gt(0)).toExpr().mul(a).add(b);
            case 12 -> condition.or(top()).select(a, b.neg());
            case 13 -> mean(grid, Axes.CLASS);
            case 14 -> mean(grid.mul(b), random.nextBoolean() ? Axes.SPACE : Axes.BATCH_SPACE);
            case 15 -> grid.classMix(matrix, random.nextBoolean());
            case 16 -> pickInput().window(window).mul(a);
            case 17 -> a.rankedSum(pickInput(), Axes.SPACE).div(Expr.size(Axes.SPACE));
            case 18 -> condition.distanceTransform().neg().exp().add(a);
            case 19 -> pickInput().max(Axes.of(Axis.SPACE)).mul(a).tanh();
            default -> throw new IllegalStateException();
        };
    }

    private Condition top() {
        Expr classes = inputs.get(random.nextBoolean() ? 0 : 2);
        return classes.isArgmax();
    }
}
