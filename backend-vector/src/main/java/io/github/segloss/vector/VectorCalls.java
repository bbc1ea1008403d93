package io.github.segloss.vector;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.github.segloss.vector.LoopBody.Line;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API in the language of class files: which call is which {@link Instruction}. */
final class VectorCalls {
    static final ClassDesc LANES = desc(Lanes.class);
    static final ClassDesc FLOATS = desc(FloatVector.class);
    static final ClassDesc INTS = desc(IntVector.class);
    static final ClassDesc BYTES = desc(ByteVector.class);
    static final ClassDesc DOUBLES = desc(DoubleVector.class);
    static final ClassDesc VECTOR = desc(Vector.class);
    static final ClassDesc MASK = desc(VectorMask.class);
    static final ClassDesc SPECIES = desc(VectorSpecies.class);
    static final ClassDesc OPERATORS = desc(VectorOperators.class);
    static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
    static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
    static final ClassDesc ASSOCIATIVE = desc(VectorOperators.Associative.class);
    static final ClassDesc CONVERSION = desc(VectorOperators.Conversion.class);
    static final ClassDesc MEMORY = desc(MemorySegment.class);
    static final ClassDesc BYTE_ORDER = desc(ByteOrder.class);
    static final ClassDesc FLOAT_ARRAY = CD_float.arrayType();
    static final ClassDesc DOUBLE_ARRAY = CD_double.arrayType();
    static final ClassDesc BYTE_ARRAY = CD_byte.arrayType();
    static final MethodTypeDesc FROM_ARRAY =
            MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int);
    static final MethodTypeDesc INTO_ARRAY = MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int);
    static final MethodTypeDesc INTO_DOUBLES = MethodTypeDesc.of(CD_void, DOUBLE_ARRAY, CD_int);
    static final MethodTypeDesc FROM_SEGMENT =
            MethodTypeDesc.of(FLOATS, SPECIES, MEMORY, CD_long, BYTE_ORDER);
    static final MethodTypeDesc INTO_SEGMENT =
            MethodTypeDesc.of(CD_void, MEMORY, CD_long, BYTE_ORDER);

    private VectorCalls() {}

    static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    /** Puts a number into all lanes. */
    static void broadcast(CodeBuilder code, float number) {
        code.getstatic(LANES, "FLOATS", SPECIES).loadConstant(number);
        broadcast(code);
    }

    /** Puts the number on top of the operand stack, above the species, into all lanes. */
    static void broadcast(CodeBuilder code) {
        code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    }

    /** Puts an integer into all lanes. */
    static void broadcastBits(CodeBuilder code, int number) {
        code.getstatic(LANES, "INTS", SPECIES).loadConstant(number);
        code.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
    }

    /** Reads unsigned bytes as floats; the species of bytes, the array and the index are on the operand stack. */
    static void fromBytes(CodeBuilder code) {
        code.invokestatic(
                BYTES, "fromArray", MethodTypeDesc.of(BYTES, SPECIES, BYTE_ARRAY, CD_int));
        code.getstatic(OPERATORS, "ZERO_EXTEND_B2I", CONVERSION);
        code.getstatic(LANES, "INTS", SPECIES).iconst_0();
        code.invokevirtual(
                BYTES, "convertShape", MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int));
        code.checkcast(INTS);
        toFloats(code);
    }

    private static void toFloats(CodeBuilder code) {
        code.getstatic(OPERATORS, "I2F", CONVERSION).iconst_0();
        code.invokevirtual(INTS, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, CD_int));
        code.checkcast(FLOATS);
    }

    /** Adds two vectors of floats. */
    static void add(CodeBuilder code) {
        arithmetic(code, "add");
    }

    /** Adds two vectors of doubles. */
    static void addDoubles(CodeBuilder code) {
        code.invokevirtual(DOUBLES, "add", MethodTypeDesc.of(DOUBLES, VECTOR));
    }

    /** Makes doubles of as many floats. */
    static void toDoubles(CodeBuilder code) {
        code.getstatic(OPERATORS, "F2D", CONVERSION);
        code.getstatic(LANES, "DOUBLES", SPECIES).iconst_0();
        code.invokevirtual(
                FLOATS, "convertShape", MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, CD_int));
        code.checkcast(DOUBLES);
    }

    /** Adds the product of two vectors of floats to a third. */
    static void fma(CodeBuilder code) {
        code.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    }

    /** Adds a vector of floats to another where a mask is set. */
    static void addWhere(CodeBuilder code) {
        code.invokevirtual(FLOATS, "add", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
    }

    /** Calls what an instruction stands for; its arguments are on the operand stack, its result replaces them. */
    static void call(CodeBuilder code, Line line) {
        switch (line.kind()) {
            case ADD -> arithmetic(code, "add");
            case SUB -> arithmetic(code, "sub");
            case MUL -> arithmetic(code, "mul");
            case DIV -> arithmetic(code, "div");
            case FMA -> fma(code);
            case NEG -> code.invokevirtual(FLOATS, "neg", MethodTypeDesc.of(FLOATS));
            case ABS -> code.invokevirtual(FLOATS, "abs", MethodTypeDesc.of(FLOATS));
            case SQRT -> code.invokevirtual(FLOATS, "sqrt", MethodTypeDesc.of(FLOATS));
            case LT -> comparison(code, "LT");
            case LE -> comparison(code, "LE");
            case EQ -> comparison(code, "EQ");
            case NE -> comparison(code, "NE");
            case MASK_AND -> code.invokevirtual(MASK, "and", MethodTypeDesc.of(MASK, MASK));
            case MASK_OR -> code.invokevirtual(MASK, "or", MethodTypeDesc.of(MASK, MASK));
            case MASK_XOR -> code.invokevirtual(MASK, "xor", MethodTypeDesc.of(MASK, MASK));
            case MASK_NOT -> code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
            case BLEND ->
                    code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
            case ADD_WHERE -> addWhere(code);
            case BITS -> code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
            case FROM_BITS ->
                    code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
            case INT_TO_FLOAT -> toFloats(code);
            case INT_ADD -> integers(code, "add");
            case INT_SUB -> integers(code, "sub");
            case INT_AND -> integers(code, "and");
            case INT_OR -> integers(code, "or");
            case INT_MIN_UNSIGNED -> unsignedMin(code);
            case SHIFT_LEFT -> shift(code, "LSHL", (int) line.immediate());
            case SHIFT_RIGHT -> shift(code, "ASHR", (int) line.immediate());
            case CONSTANT, INT_CONSTANT, SCALAR, ROW ->
                    throw new IllegalStateException("not a call: " + line);
        }
    }

    private static void arithmetic(CodeBuilder code, String method) {
        code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS, VECTOR));
    }

    private static void integers(CodeBuilder code, String method) {
        code.invokevirtual(INTS, method, MethodTypeDesc.of(INTS, VECTOR));
    }

    private static void unsignedMin(CodeBuilder code) {
        code.getstatic(OPERATORS, "UMIN", ASSOCIATIVE).swap();
        code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
    }

    private static void comparison(CodeBuilder code, String name) {
        // The operator goes below the second argument.
        code.getstatic(OPERATORS, name, COMPARISON).swap();
        code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    }

    private static void shift(CodeBuilder code, String name, int by) {
        code.getstatic(OPERATORS, name, BINARY).loadConstant(by);
        code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
    }
}
