package io.github.segloss.vector;

import static io.github.segloss.vector.VectorCalls.BYTE_ORDER;
import static io.github.segloss.vector.VectorCalls.DOUBLES;
import static io.github.segloss.vector.VectorCalls.DOUBLE_ARRAY;
import static io.github.segloss.vector.VectorCalls.FLOATS;
import static io.github.segloss.vector.VectorCalls.FLOAT_ARRAY;
import static io.github.segloss.vector.VectorCalls.FROM_ARRAY;
import static io.github.segloss.vector.VectorCalls.FROM_SEGMENT;
import static io.github.segloss.vector.VectorCalls.INTO_ARRAY;
import static io.github.segloss.vector.VectorCalls.INTO_DOUBLES;
import static io.github.segloss.vector.VectorCalls.INTO_SEGMENT;
import static io.github.segloss.vector.VectorCalls.LANES;
import static io.github.segloss.vector.VectorCalls.MEMORY;
import static io.github.segloss.vector.VectorCalls.SPECIES;
import static io.github.segloss.vector.VectorCalls.desc;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.github.segloss.vector.LoopBody.Line;
import io.github.segloss.vector.LoopBody.Memory;
import io.github.segloss.vector.LoopBody.Place;
import io.github.segloss.vector.LoopBody.Use;
import io.github.segloss.vector.LoopBody.Value;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A loop over vectors: every instruction is a call of the Vector API. Nothing is called but that: vectors that go through methods of our own are boxed when
 * the JVM does not inline them.
 */
final class VectorLoop extends LoopClass {
    private static final ClassDesc ROWS = desc(Rows.class);

    private static final MethodTypeDesc OF_CLASS = MethodTypeDesc.of(CD_void, FRAME, CD_int);
    private static final int LONGEST_DOUBLED = 140;

    private final int copies;
    private final int[][] locals;
    private final int n;

    private VectorLoop(FusedPass.Loop loop, MemoryAccess access, int copies, CodeBuilder code) {
        super(loop, access, code);
        this.copies = copies;
        this.locals = new int[body.lines().size()][copies];
        this.n = code.allocateLocal(TypeKind.INT);
    }

    /**
     * {@return how many vectors a round does, if the JVM likes it: two, which do not wait for each other, but one in a loop that is long already}
     *
     * @param body the loop
     */
    static int mostCopies(LoopBody body) {
        return body.lines().size() <= LONGEST_DOUBLED ? 2 : 1;
    }

    /**
     * {@return a step that runs a loop}
     *
     * @param loop the loop
     * @param access how it reaches tensors
     */
    static Step make(FusedPass.Loop loop, MemoryAccess access) {
        return make(loop, access, mostCopies(loop.body()));
    }

    /**
     * {@return a step that runs a loop}
     *
     * @param loop the loop
     * @param access how it reaches tensors
     * @param copies how many vectors a round does; the sums are the same
     */
    static Step make(FusedPass.Loop loop, MemoryAccess access, int copies) {
        return make(file -> {
            withRun(
                    file,
                    loop,
                    (code, c) -> code.aload(1).iload(c).invokestatic(SELF, "lanes", OF_CLASS),
                    code -> addSums(code, loop));
            file.withMethodBody(
                    "lanes",
                    OF_CLASS,
                    ClassFile.ACC_STATIC,
                    code -> new VectorLoop(loop, access, copies, code).write());
        });
    }

    // ---- the loop

    private void write() {
        writeBeforeLoop();
        code.aload(F).getfield(FRAME, "n", CD_int).istore(n);
        Map<LoopBody.Sum, int[]> accumulators = new LinkedHashMap<>();
        if (body.hasSums()) {
            startSums(accumulators);
        }
        Label top = code.newLabel();
        Label end = code.newLabel();
        code.iconst_0().istore(i).labelBinding(top).iload(i).iload(n).if_icmpge(end);
        int use = 0;
        for (int k = 0; k <= locals.length; k++) {
            for (; use < body.uses().size() && body.position(use) == k; use++) {
                for (int copy = 0; copy < copies; copy++) {
                    write(body.uses().get(use), copy, accumulators);
                }
            }
            for (int copy = 0; copy < copies && k < locals.length; copy++) {
                writeInLoop(k, copy);
            }
        }
        code.iinc(i, copies * Lanes.COUNT).goto_(top).labelBinding(end);
        accumulators.forEach(this::endSum);
        code.return_();
    }

    @Override
    void pushRows() {
        code.aload(F).getfield(FRAME, "r", MEMORY);
        code.invokestatic(ROWS, "known", MethodTypeDesc.of(MEMORY, MEMORY));
    }

    @Override
    int keepStartOfRow() {
        int start = code.allocateLocal(TypeKind.LONG);
        code.i2l().lstore(start);
        return start;
    }

    @Override
    void keepInvariant(int k, Line line) {
        switch (line.kind()) {
            case CONSTANT -> VectorCalls.broadcast(code, (float) line.immediate());
            case INT_CONSTANT -> VectorCalls.broadcastBits(code, (int) line.immediate());
            case SCALAR -> {
                code.getstatic(LANES, "FLOATS", SPECIES);
                pushScalar(line);
                VectorCalls.broadcast(code);
            }
            default -> {
                return;
            }
        }
        keepLocal(k, 0);
        Arrays.fill(locals[k], locals[k][0]);
    }

    private void keepLocal(int k, int copy) {
        locals[k][copy] = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(locals[k][copy]);
    }

    /** Reads unsigned bytes as floats where the loop stands. */
    private void readBytes(Place place, int copy) {
        Start at = Objects.requireNonNull(starts.get(place));
        code.getstatic(LANES, "BYTES", SPECIES).aload(at.base());
        code.iload(i).iload(at.index()).iadd().loadConstant(copy * Lanes.COUNT).iadd();
        VectorCalls.fromBytes(code);
    }

    /** Reads or writes where the loop stands; a vector to be written and the species to read are on the stack already. */
    private void access(Place place, int copy, boolean isRead) {
        Start at = Objects.requireNonNull(starts.get(place));
        code.aload(at.base());
        if (isInArray(place)) {
            code.iload(i).iload(at.index()).iadd().loadConstant(copy * Lanes.COUNT).iadd();
            if (isRead) {
                code.invokestatic(FLOATS, "fromArray", FROM_ARRAY);
            } else {
                code.invokevirtual(FLOATS, "intoArray", INTO_ARRAY);
            }
            return;
        }
        code.iload(i).loadConstant(copy * Lanes.COUNT).iadd().iconst_2().ishl().i2l();
        code.lload(at.index()).ladd();
        code.getstatic(BYTE_ORDER, ByteOrder.nativeOrder().toString(), BYTE_ORDER);
        if (isRead) {
            code.invokestatic(FLOATS, "fromMemorySegment", FROM_SEGMENT);
        } else {
            code.invokevirtual(FLOATS, "intoMemorySegment", INTO_SEGMENT);
        }
    }

    private void writeInLoop(int k, int copy) {
        Line line = body.lines().get(k);
        switch (line.kind()) {
            case CONSTANT, INT_CONSTANT, SCALAR -> {}
            case ROW -> {
                if (place(line).source() instanceof Memory memory && memory.isBytes()) {
                    readBytes(place(line), copy);
                } else {
                    code.getstatic(LANES, "FLOATS", SPECIES);
                    access(place(line), copy, true);
                }
                keepLocal(k, copy);
            }
            default -> {
                for (Value arg : line.args()) {
                    code.aload(locals[arg.number()][copy]);
                }
                VectorCalls.call(code, line);
                keepLocal(k, copy);
            }
        }
    }

    // ---- rows and sums

    private void write(Use use, int copy, Map<LoopBody.Sum, int[]> accumulators) {
        int value = locals[use.value().number()][copy];
        switch (use) {
            case LoopBody.Keep(_, Place to) -> {
                if (isAddedTo(to)) {
                    code.getstatic(LANES, "FLOATS", SPECIES);
                    access(to, copy, true);
                    code.aload(value);
                    VectorCalls.add(code);
                } else {
                    code.aload(value);
                }
                access(to, copy, false);
            }
            case LoopBody.Sum sum -> {
                int[] lanes = accumulators.get(sum);
                switch (sum.addition()) {
                    case FLOAT -> accumulate(sum.value(), copy, lanes[0]);
                    case SCALED -> {
                        code.aload(value);
                        VectorCalls.broadcast(code, sum.addition().scale());
                        code.aload(lanes[0]);
                        VectorCalls.fma(code);
                        code.astore(lanes[0]);
                    }
                    case DOUBLE -> addDoubles(value, lanes[0], lanes[1]);
                }
            }
        }
    }

    /**
     * Adds the halves of a float vector to two double vectors. They go through memory: to move the upper half of a vector down costs the Vector API several
     * instructions.
     */
    private void addDoubles(int value, int low, int high) {
        code.aload(value).aload(F).getfield(FRAME, "floatLanes", FLOAT_ARRAY).iconst_0();
        code.invokevirtual(FLOATS, "intoArray", INTO_ARRAY);
        for (int part = 0; part < 2; part++) {
            int half = part == 0 ? low : high;
            code.aload(half).getstatic(LANES, "HALF_FLOATS", SPECIES);
            code.aload(F).getfield(FRAME, "floatLanes", FLOAT_ARRAY);
            code.loadConstant(part * Lanes.COUNT / 2);
            code.invokestatic(FLOATS, "fromArray", FROM_ARRAY);
            VectorCalls.toDoubles(code);
            VectorCalls.addDoubles(code);
            code.astore(half);
        }
    }

    /**
     * Adds a value to lanes. Some sums have a shorter form with the same bits: x - x is 0 or NaN, as is 0 x, and an addition of values that are 0 unless a mask is
     * set is an addition where the mask is set, for no sum is a negative zero.
     */
    private void accumulate(Value value, int copy, int lanes) {
        Line line = line(value);
        if (isDifferenceToItself(line)) {
            code.aload(locals[line.args().getFirst().number()][copy]);
            VectorCalls.broadcast(code, 0);
            code.aload(lanes);
            VectorCalls.fma(code);
            code.astore(lanes);
        } else if (line.kind() == Instruction.ADD
                && line.args().stream().anyMatch(arg -> isDifferenceToItself(line(arg)))) {
            line.args().forEach(arg -> accumulate(arg, copy, lanes));
        } else if (line.kind() == Instruction.BLEND && isZero(line.args().getFirst())) {
            code.aload(lanes);
            code.aload(locals[line.args().get(1).number()][copy]);
            code.aload(locals[line.args().get(2).number()][copy]);
            VectorCalls.addWhere(code);
            code.astore(lanes);
        } else {
            code.aload(lanes).aload(locals[value.number()][copy]);
            VectorCalls.add(code);
            code.astore(lanes);
        }
    }

    private Line line(Value value) {
        return body.lines().get(value.number());
    }

    private static boolean isDifferenceToItself(Line line) {
        return line.kind() == Instruction.SUB && line.args().get(0).equals(line.args().get(1));
    }

    private boolean isZero(Value value) {
        Line line = line(value);
        return line.kind() == Instruction.CONSTANT && line.immediate() == 0;
    }

    private void startSums(Map<LoopBody.Sum, int[]> accumulators) {
        for (Use use : body.uses()) {
            if (use instanceof LoopBody.Sum sum) {
                boolean isDouble = sum.addition() == Addition.DOUBLE;
                accumulators.put(sum, isDouble ? zeros(DOUBLES, 2) : zeros(FLOATS, 1));
            }
        }
    }

    /** {@return local variables that hold vectors of zeros} */
    private int[] zeros(ClassDesc vector, int count) {
        int[] zeros = new int[count];
        for (int k = 0; k < count; k++) {
            zeros[k] = code.allocateLocal(TypeKind.REFERENCE);
            code.getstatic(LANES, vector.equals(FLOATS) ? "FLOATS" : "DOUBLES", SPECIES);
            code.invokestatic(vector, "zero", MethodTypeDesc.of(vector, SPECIES));
            code.astore(zeros[k]);
        }
        return zeros;
    }

    /** Whether a sum is written once in a tile: one that is for all classes is written again for each. */
    private static boolean isWrittenOnce(LoopBody.Sum sum, FusedPass.Loop loop) {
        return sum.isPerClass()
                || loop.classes() == 1
                        && sums(loop).filter(other -> other.first() == sum.first()).count() == 1;
    }

    private static Stream<LoopBody.Sum> sums(FusedPass.Loop loop) {
        return loop.body().uses().stream()
                .filter(LoopBody.Sum.class::isInstance)
                .map(LoopBody.Sum.class::cast);
    }

    /** Leaves what the tile has summed up in the frame, which adds it: as calls of the Vector API it would make the method too long for the JVM's liking. */
    private void endSum(LoopBody.Sum sum, int[] lanes) {
        boolean isDouble = sum.addition() == Addition.DOUBLE;
        for (int part = 0; part < lanes.length; part++) {
            code.aload(lanes[part]).aload(F);
            if (isDouble) {
                code.getfield(FRAME, "doubleSums", DOUBLE_ARRAY);
            } else {
                code.getfield(FRAME, "floatSums", FLOAT_ARRAY);
            }
            pushSum(sum);
            code.loadConstant(Lanes.COUNT).imul();
            code.loadConstant(part * Lanes.COUNT / 2).iadd();
            if (isDouble) {
                code.invokevirtual(DOUBLES, "intoArray", INTO_DOUBLES);
            } else {
                code.invokevirtual(FLOATS, "intoArray", INTO_ARRAY);
            }
        }
        if (!isWrittenOnce(sum, loop)) {
            code.aload(F);
            pushSum(sum);
            addSums(code.iconst_1(), sum.addition());
        }
    }

    /** Has the frame add sums, the first and the number of which are on the stack. */
    private static void addSums(CodeBuilder code, Addition addition) {
        if (addition == Addition.DOUBLE) {
            code.invokevirtual(FRAME, "addDoubleSums", MethodTypeDesc.of(CD_void, CD_int, CD_int));
        } else {
            code.loadConstant(addition.scale());
            code.invokevirtual(
                    FRAME, "addFloatSums", MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_float));
        }
    }

    /** Has the frame add the sums that were written once, those of neighbouring numbers together. */
    private static void addSums(CodeBuilder code, FusedPass.Loop loop) {
        List<LoopBody.Sum> sums =
                sums(loop)
                        .filter(sum -> isWrittenOnce(sum, loop))
                        .sorted(Comparator.comparingInt(LoopBody.Sum::first))
                        .toList();
        for (int k = 0; k < sums.size(); ) {
            Addition addition = sums.get(k).addition();
            int first = sums.get(k).first();
            int end = first;
            while (k < sums.size()
                    && sums.get(k).first() == end
                    && sums.get(k).addition() == addition) {
                end += loop.classes();
                k++;
            }
            addSums(code.aload(1).loadConstant(first).loadConstant(end - first), addition);
        }
    }
}
