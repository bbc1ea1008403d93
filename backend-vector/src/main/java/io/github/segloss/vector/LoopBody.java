package io.github.segloss.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a generated loop does in each round, as a list of instructions. Equal instructions are one: a comparison that several ops make is made once.
 *
 * <p>No instruction is replaced by one that rounds differently, so that a loop has the same bits as its ops one after the other.
 */
final class LoopBody {
    /** Where a loop finds a value, or leaves it: a row, a table or a tensor. */
    sealed interface Source permits Step.Operand, Memory {}

    /** What a tensor is. */
    enum Kind {
        /** Float32, of the caller. */
        FLOATS,
        /** Float32, stored by an earlier pass or for a later one; never added to. */
        TEMPORARY,
        /** Unsigned bytes, only read. */
        BYTES
    }

    /**
     * A tensor, read or written in place.
     *
     * @param slot its number
     * @param classStep how many planes of a sample and class the next class is away
     * @param sampleStep how many planes the next sample is away
     * @param kind what it is
     */
    record Memory(int slot, int classStep, int sampleStep, Kind kind) implements Source {
        boolean isBytes() {
            return kind == Kind.BYTES;
        }
    }

    /**
     * A row, table or tensor at one class.
     *
     * @param source the row, table or tensor
     * @param klass the class; {@link #LOOP} for that of the loop
     */
    record Place(Source source, int klass) {}

    /** Stands for the class of a loop over classes, and for values without CLASS. */
    static final int LOOP = -1;

    /** The result of an instruction, by its number in the body. */
    record Value(int number) {}

    /**
     * An instruction.
     *
     * @param kind what to do
     * @param args its arguments
     * @param immediate a number that is part of the instruction; 0 for most
     * @param place where a row or a scalar is
     */
    record Line(Instruction kind, List<Value> args, double immediate, @Nullable Place place) {}

    /** Something that is done with a value, after the line that computes it. */
    sealed interface Use {
        Value value();
    }

    /**
     * A value goes into a row or a tensor.
     *
     * @param value the value
     * @param to where it goes
     */
    record Keep(Value value, Place to) implements Use {}

    /**
     * A value is added to a sum over the pixels.
     *
     * @param number a number of its own, in the order in which sums are added to
     * @param value the value
     * @param first the number of the sum, or of that of class 0
     * @param isPerClass whether each class has its own
     * @param addition in which lanes it is added
     */
    record Sum(int number, Value value, int first, boolean isPerClass, Addition addition)
            implements Use {}

    private final List<Line> lines = new ArrayList<>();
    private final Map<Line, Value> known = new HashMap<>();
    private final List<Use> uses = new ArrayList<>();

    /** For each use, how many lines come before it. */
    private final List<Integer> positions = new ArrayList<>();

    List<Line> lines() {
        return lines;
    }

    List<Use> uses() {
        return uses;
    }

    int position(int use) {
        return positions.get(use);
    }

    /** {@return whether a round reads a tensor} */
    boolean reads(int slot) {
        return lines.stream().anyMatch(line -> line.place() != null && isOf(line.place(), slot));
    }

    /** {@return whether a round writes a tensor} */
    boolean writes(int slot) {
        return uses.stream().anyMatch(use -> use instanceof Keep(_, Place to) && isOf(to, slot));
    }

    private static boolean isOf(Place place, int slot) {
        return place.source() instanceof Memory memory && memory.slot() == slot;
    }

    boolean hasSums() {
        return uses.stream().anyMatch(Sum.class::isInstance);
    }

    void keep(Value value, Place to) {
        Keep keep = new Keep(value, to);
        if (!uses.contains(keep)) {
            use(keep);
        }
    }

    void sum(Value value, int first, boolean isPerClass, Addition addition) {
        use(new Sum(uses.size(), value, first, isPerClass, addition));
    }

    private void use(Use use) {
        uses.add(use);
        positions.add(lines.size());
    }

    private Value line(Instruction kind, double immediate, Value... args) {
        return line(new Line(kind, List.of(args), immediate, null));
    }

    /** An instruction whose first two arguments may change places. */
    private Value symmetric(Instruction kind, Value a, Value b, Value... more) {
        List<Value> args = new ArrayList<>(List.of(more));
        args.addAll(0, a.number() <= b.number() ? List.of(a, b) : List.of(b, a));
        return line(new Line(kind, args, 0, null));
    }

    private Value line(Line line) {
        Value again = known.get(line);
        if (again != null) {
            return again;
        }
        Value value = new Value(lines.size());
        lines.add(line);
        known.put(line, value);
        return value;
    }

    Value row(Place row) {
        return line(new Line(Instruction.ROW, List.of(), 0, row));
    }

    Value scalar(Place table) {
        return line(new Line(Instruction.SCALAR, List.of(), 0, table));
    }

    Value all(float number) {
        return line(Instruction.CONSTANT, number);
    }

    Value allBits(int number) {
        return line(Instruction.INT_CONSTANT, number);
    }

    Value add(Value a, Value b) {
        return symmetric(Instruction.ADD, a, b);
    }

    Value sub(Value a, Value b) {
        return line(Instruction.SUB, 0, a, b);
    }

    Value mul(Value a, Value b) {
        return symmetric(Instruction.MUL, a, b);
    }

    Value div(Value a, Value b) {
        return line(Instruction.DIV, 0, a, b);
    }

    Value fma(Value a, Value b, Value c) {
        return symmetric(Instruction.FMA, a, b, c);
    }

    Value neg(Value a) {
        return line(Instruction.NEG, 0, a);
    }

    Value abs(Value a) {
        return line(Instruction.ABS, 0, a);
    }

    Value sqrt(Value a) {
        return line(Instruction.SQRT, 0, a);
    }

    Value lt(Value a, Value b) {
        return line(Instruction.LT, 0, a, b);
    }

    Value le(Value a, Value b) {
        return line(Instruction.LE, 0, a, b);
    }

    Value eq(Value a, Value b) {
        return symmetric(Instruction.EQ, a, b);
    }

    Value ne(Value a, Value b) {
        return symmetric(Instruction.NE, a, b);
    }

    /** {@return where a value is not a number} */
    Value isNaN(Value a) {
        return ne(a, a);
    }

    Value and(Value a, Value b) {
        return symmetric(Instruction.MASK_AND, a, b);
    }

    Value or(Value a, Value b) {
        return symmetric(Instruction.MASK_OR, a, b);
    }

    Value xor(Value a, Value b) {
        return symmetric(Instruction.MASK_XOR, a, b);
    }

    Value not(Value a) {
        Line condition = lines.get(a.number());
        return condition.kind() == Instruction.MASK_NOT
                ? condition.args().getFirst()
                : line(Instruction.MASK_NOT, 0, a);
    }

    /** {@return a, but b where the mask is set} */
    Value blend(Value a, Value b, Value mask) {
        Line condition = lines.get(mask.number());
        return condition.kind() == Instruction.MASK_NOT
                ? line(Instruction.BLEND, 0, b, a, condition.args().getFirst())
                : line(Instruction.BLEND, 0, a, b, mask);
    }

    /** {@return a, but a + b where the mask is set} */
    Value addWhere(Value a, Value b, Value mask) {
        return line(Instruction.ADD_WHERE, 0, a, b, mask);
    }

    Value bits(Value a) {
        return line(Instruction.BITS, 0, a);
    }

    Value fromBits(Value a) {
        return line(Instruction.FROM_BITS, 0, a);
    }

    Value toFloat(Value integers) {
        return line(Instruction.INT_TO_FLOAT, 0, integers);
    }

    Value addBits(Value a, Value b) {
        return line(Instruction.INT_ADD, 0, a, b);
    }

    Value subBits(Value a, Value b) {
        return line(Instruction.INT_SUB, 0, a, b);
    }

    Value andBits(Value a, Value b) {
        return line(Instruction.INT_AND, 0, a, b);
    }

    Value orBits(Value a, Value b) {
        return line(Instruction.INT_OR, 0, a, b);
    }

    Value unsignedMin(Value a, Value b) {
        return symmetric(Instruction.INT_MIN_UNSIGNED, a, b);
    }

    Value shiftLeft(Value a, int by) {
        return line(Instruction.SHIFT_LEFT, by, a);
    }

    Value shiftRight(Value a, int by) {
        return line(Instruction.SHIFT_RIGHT, by, a);
    }
}
