package io.github.segloss.vector;

import static io.github.segloss.vector.VectorCalls.DOUBLE_ARRAY;
import static io.github.segloss.vector.VectorCalls.MEMORY;
import static io.github.segloss.vector.VectorCalls.desc;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.github.segloss.vector.LoopBody.Line;
import io.github.segloss.vector.LoopBody.Memory;
import io.github.segloss.vector.LoopBody.Place;
import io.github.segloss.vector.LoopBody.Use;
import io.github.segloss.vector.LoopBody.Value;
import io.github.segloss.vector.Step.Operand;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A loop over single elements, for as long as the JVM has not compiled vectors: until then every vector is an object, and plain arithmetic is
 * compiled at once. Every element goes through the same instructions as the lane that it would have in a vector, and is added in the same lane,
 * so that the bits are the same.
 */
final class ScalarLoop extends LoopClass {
    /**
     * So many elements are one call, which is compiled after some calls: a call that goes on for long is compiled from its midst on, and the next one starts in
     * the slower code again.
     */
    private static final int SOME = 64;

    private static final int FROM = 2;
    private static final MethodTypeDesc OF_CLASS = MethodTypeDesc.of(CD_void, FRAME, CD_int);
    private static final MethodTypeDesc OF_SOME = MethodTypeDesc.of(CD_void, FRAME, CD_int, CD_int);
    private static final MethodTypeDesc LANES_OF_SUM = MethodTypeDesc.of(DOUBLE_ARRAY, CD_int);
    private static final MethodTypeDesc ADD_LANES =
            MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_float);
    private static final ClassDesc FLOAT = desc(Float.class);
    private static final ClassDesc MATH = desc(Math.class);
    private static final ClassDesc LAYOUT = desc(ValueLayout.class);
    private static final ClassDesc FLOAT_LAYOUT = desc(ValueLayout.OfFloat.class);

    private static final ClassDesc ELEMENTS = desc(FloatBuffer.class);
    private static final MethodTypeDesc PUT_ELEMENT = MethodTypeDesc.of(ELEMENTS, CD_int, CD_float);

    /** A local variable for a choice. */
    private final int bits;

    private final int[] locals;

    /** The lanes of each sum, in local variables. */
    private final Map<LoopBody.Sum, Integer> lanes = new HashMap<>();

    private ScalarLoop(FusedPass.Loop loop, MemoryAccess access, CodeBuilder code) {
        super(loop, access, code);
        this.bits = code.allocateLocal(TypeKind.INT);
        this.locals = new int[body.lines().size()];
    }

    /**
     * {@return a step that runs a loop}
     *
     * @param loop the loop
     * @param access how it reaches tensors
     */
    static Step make(FusedPass.Loop loop, MemoryAccess access) {
        return make(file -> {
            withRun(file, loop, ScalarLoop::runClass, _ -> {});
            file.withMethodBody(
                    "some",
                    OF_SOME,
                    ClassFile.ACC_STATIC,
                    code -> new ScalarLoop(loop, access, code).writeSome());
            file.withMethodBody(
                    "end",
                    OF_CLASS,
                    ClassFile.ACC_STATIC,
                    code -> new ScalarLoop(loop, access, code).writeEnd());
        });
    }

    private static void runClass(CodeBuilder code, int c) {
        int from = code.allocateLocal(TypeKind.INT);
        Label top = code.newLabel();
        code.iconst_0().istore(from).labelBinding(top);
        code.aload(1).iload(c).iload(from).invokestatic(SELF, "some", OF_SOME);
        code.iinc(from, SOME).iload(from);
        code.aload(1).getfield(FRAME, "count", CD_int).if_icmplt(top);
        code.aload(1).iload(c).invokestatic(SELF, "end", OF_CLASS);
    }

    private void writeSome() {
        writeBeforeLoop();
        for (Use use : body.uses()) {
            if (use instanceof LoopBody.Sum sum) {
                int local = code.allocateLocal(TypeKind.REFERENCE);
                code.aload(F).loadConstant(sum.number());
                code.invokevirtual(FRAME, "lanes", LANES_OF_SUM).astore(local);
                lanes.put(sum, local);
            }
        }
        int end = code.allocateLocal(TypeKind.INT);
        code.iload(FROM).loadConstant(SOME).iadd();
        code.aload(F).getfield(FRAME, "count", CD_int);
        code.invokestatic(MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int)).istore(end);
        Label top = code.newLabel();
        Label out = code.newLabel();
        code.iload(FROM).istore(i).labelBinding(top).iload(i).iload(end).if_icmpge(out);
        int use = 0;
        for (int k = 0; k <= locals.length; k++) {
            for (; use < body.uses().size() && body.position(use) == k; use++) {
                write(body.uses().get(use));
            }
            if (k < locals.length) {
                writeLine(k);
            }
        }
        code.iinc(i, 1).goto_(top).labelBinding(out).return_();
    }

    private void writeEnd() {
        for (Use use : body.uses()) {
            if (use instanceof LoopBody.Sum sum) {
                code.aload(F);
                pushSum(sum);
                code.loadConstant(sum.number()).loadConstant(sum.addition().scale());
                code.invokevirtual(FRAME, "addLanes", ADD_LANES);
            }
        }
        code.return_();
    }

    @Override
    void pushRows() {
        code.aload(F).getfield(FRAME, "elements", ELEMENTS);
    }

    @Override
    int keepStartOfRow() {
        int start = code.allocateLocal(TypeKind.INT);
        code.iconst_2().ishr().istore(start);
        return start;
    }

    @Override
    void keepInvariant(int k, Line line) {
        if (line.kind() == Instruction.SCALAR) {
            pushScalar(line);
            keepLocal(k);
        }
    }

    private Line line(int k) {
        return body.lines().get(k);
    }

    // ---- values

    /** Masks are integers, 1 where they are set. */
    private static TypeKind typeOf(Instruction kind) {
        return switch (kind.type()) {
            case FLOATS -> TypeKind.FLOAT;
            case INTEGERS, MASK -> TypeKind.INT;
        };
    }

    private void keepLocal(int k) {
        TypeKind type = typeOf(line(k).kind());
        locals[k] = code.allocateLocal(type);
        code.storeLocal(type, locals[k]);
    }

    private void push(Value value) {
        Line line = line(value.number());
        switch (line.kind()) {
            case CONSTANT -> code.loadConstant((float) line.immediate());
            case INT_CONSTANT -> code.loadConstant((int) line.immediate());
            default -> code.loadLocal(typeOf(line.kind()), locals[value.number()]);
        }
    }

    private void push(Line line) {
        line.args().forEach(this::push);
    }

    private void writeLine(int k) {
        Line line = line(k);
        switch (line.kind()) {
            case CONSTANT, INT_CONSTANT, SCALAR -> {
                return;
            }
            case ROW -> read(place(line));
            case BLEND -> blend(line);
            case ADD_WHERE -> addWhere(line);
            default -> {
                push(line);
                calculate(line);
            }
        }
        keepLocal(k);
    }

    /** Does an instruction; its arguments are on the operand stack, its result replaces them. */
    private void calculate(Line line) {
        switch (line.kind()) {
            case ADD -> code.fadd();
            case SUB -> code.fsub();
            case MUL -> code.fmul();
            case DIV -> code.fdiv();
            case FMA -> fma();
            case NEG -> code.fneg();
            case ABS -> code.invokestatic(MATH, "abs", MethodTypeDesc.of(CD_float, CD_float));
            case SQRT -> {
                // The root of a float, rounded to a double and then to a float, is the nearest
                // float.
                code.f2d().invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
                code.d2f();
            }
            case LT -> isTrue(code.fcmpg(), Opcode.IFLT);
            case LE -> isTrue(code.fcmpg(), Opcode.IFLE);
            case EQ -> isTrue(code.fcmpg(), Opcode.IFEQ);
            case NE -> isTrue(code.fcmpg(), Opcode.IFNE);
            case MASK_AND, INT_AND -> code.iand();
            case MASK_OR, INT_OR -> code.ior();
            case MASK_XOR -> code.ixor();
            case MASK_NOT -> code.iconst_1().ixor();
            case BITS -> bits();
            case FROM_BITS -> fromBits();
            case INT_TO_FLOAT -> code.i2f();
            case INT_ADD -> code.iadd();
            case INT_SUB -> code.isub();
            case INT_MIN_UNSIGNED -> unsignedMin();
            case SHIFT_LEFT -> code.loadConstant((int) line.immediate()).ishl();
            case SHIFT_RIGHT -> code.loadConstant((int) line.immediate()).ishr();
            case CONSTANT, INT_CONSTANT, SCALAR, ROW, BLEND, ADD_WHERE ->
                    throw new IllegalStateException("not a calculation: " + line);
        }
    }

    private void isTrue(CodeBuilder compared, Opcode condition) {
        compared.ifThenElse(condition, CodeBuilder::iconst_1, CodeBuilder::iconst_0);
    }

    private void fma() {
        code.invokestatic(MATH, "fma", MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float));
    }

    private void bits() {
        code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
    }

    private void fromBits() {
        code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
    }

    private void unsignedMin() {
        // With the highest bit changed, the order of numbers without sign is that of numbers with
        // sign.
        int highest = Integer.MIN_VALUE;
        code.loadConstant(highest).ixor().swap().loadConstant(highest).ixor();
        code.invokestatic(MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int));
        code.loadConstant(highest).ixor();
    }

    private void blend(Line line) {
        push(line.args().get(0));
        push(line.args().get(1));
        chooseSecondWhere(line.args().get(2));
    }

    private void addWhere(Line line) {
        push(line.args().get(0));
        code.dup();
        push(line.args().get(1));
        code.fadd();
        chooseSecondWhere(line.args().get(2));
    }

    /**
     * Replaces two floats by the second where a mask is set, else by the first: by bits, the exclusive-or with what of their difference the mask lets through, not by a
     * jump, which would often be mispredicted.
     */
    private void chooseSecondWhere(Value mask) {
        bits();
        code.istore(bits);
        bits();
        code.dup().iload(bits).ixor();
        push(mask);
        code.ineg().iand().ixor();
        fromBits();
    }

    // ---- memory

    private void read(Place place) {
        if (place.source() instanceof Memory memory && memory.isBytes()) {
            pushAt(place);
            code.baload().loadConstant(0xFF).iand().i2f();
        } else {
            readFloat(place);
        }
    }

    private void readFloat(Place place) {
        pushAt(place);
        if (isInRow(place)) {
            code.invokevirtual(ELEMENTS, "get", MethodTypeDesc.of(CD_float, CD_int));
        } else if (isInArray(place)) {
            code.faload();
        } else {
            code.invokeinterface(MEMORY, "get", MethodTypeDesc.of(CD_float, FLOAT_LAYOUT, CD_long));
        }
    }

    private static boolean isInRow(Place place) {
        return place.source() instanceof Operand;
    }

    /** Puts on the operand stack where the loop stands: an array or a buffer and an index, or a segment, a layout and an offset. */
    private void pushAt(Place place) {
        Start at = starts.get(place);
        code.aload(at.base());
        if (isInRow(place)
                || isInArray(place)
                || place.source() instanceof Memory memory && memory.isBytes()) {
            code.iload(i).iload(at.index()).iadd();
        } else {
            code.getstatic(LAYOUT, "JAVA_FLOAT_UNALIGNED", FLOAT_LAYOUT);
            code.iload(i).iconst_2().ishl().i2l().lload(at.index()).ladd();
        }
    }

    private void write(Use use) {
        switch (use) {
            case LoopBody.Keep(Value value, Place to) -> {
                pushAt(to);
                if (isAddedTo(to)) {
                    readFloat(to);
                    push(value);
                    code.fadd();
                } else {
                    push(value);
                }
                if (isInRow(to)) {
                    code.invokevirtual(ELEMENTS, "put", PUT_ELEMENT).pop();
                } else if (isInArray(to)) {
                    code.fastore();
                } else {
                    code.invokeinterface(
                            MEMORY,
                            "set",
                            MethodTypeDesc.of(CD_void, FLOAT_LAYOUT, CD_long, CD_float));
                }
            }
            case LoopBody.Sum sum -> add(sum);
        }
    }

    // ---- sums

    /** Adds a value in its lane, which is a float even where it lies in a double. */
    private void add(LoopBody.Sum sum) {
        code.aload(lanes.get(sum)).iload(i).loadConstant(Lanes.COUNT - 1).iand().dup2().daload();
        switch (sum.addition()) {
            case FLOAT -> {
                code.d2f();
                push(sum.value());
                code.fadd().f2d();
            }
            case SCALED -> {
                int before = code.allocateLocal(TypeKind.FLOAT);
                code.d2f().fstore(before);
                push(sum.value());
                code.loadConstant(sum.addition().scale()).fload(before);
                fma();
                code.f2d();
            }
            case DOUBLE -> {
                push(sum.value());
                code.f2d().dadd();
            }
        }
        code.dastore();
    }
}
