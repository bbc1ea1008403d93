package io.github.segloss.vector;

import static io.github.segloss.vector.VectorCalls.BYTE_ARRAY;
import static io.github.segloss.vector.VectorCalls.FLOAT_ARRAY;
import static io.github.segloss.vector.VectorCalls.MEMORY;
import static io.github.segloss.vector.VectorCalls.desc;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.github.segloss.vector.LoopBody.Line;
import io.github.segloss.vector.LoopBody.Memory;
import io.github.segloss.vector.LoopBody.Place;
import io.github.segloss.vector.LoopBody.Use;
import io.github.segloss.vector.Step.Operand;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Makes a class of a loop: a hidden class with a method in which every value is a local variable. With vectors and without it has the same bits.
 */
abstract sealed class LoopClass permits VectorLoop, ScalarLoop {
    static final ClassDesc FRAME = desc(Frame.class);
    static final int F = 0;
    private static final int C = 1;

    private static final ClassDesc STEP = desc(Step.class);
    static final ClassDesc SELF = ClassDesc.of(LoopClass.class.getPackageName(), "Fused");
    private static final MethodTypeDesc ARRAY_OF_SLOT = MethodTypeDesc.of(FLOAT_ARRAY, CD_int);
    private static final MethodTypeDesc SEGMENT_OF_SLOT = MethodTypeDesc.of(MEMORY, CD_int);
    private static final MethodTypeDesc INDEX_OF_PLANE = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    private static final MethodTypeDesc BYTES_OF_SLOT = MethodTypeDesc.of(BYTE_ARRAY, CD_int);
    private static final MethodTypeDesc BYTES_OF_PLANE = MethodTypeDesc.of(CD_long, CD_int, CD_int);
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(CD_void);

    final FusedPass.Loop loop;
    final LoopBody body;
    final MemoryAccess access;
    final CodeBuilder code;
    final Map<Place, Start> starts = new HashMap<>();

    /** The rows of the frame. */
    final int r;

    /** Where the loop stands. */
    final int i;

    LoopClass(FusedPass.Loop loop, MemoryAccess access, CodeBuilder code) {
        this.loop = loop;
        this.body = loop.body();
        this.access = access;
        this.code = code;
        this.r = code.allocateLocal(TypeKind.REFERENCE);
        this.i = code.allocateLocal(TypeKind.INT);
    }

    /**
     * {@return a step of a class}
     *
     * @param methods adds {@code run} and what it calls
     */
    static Step make(Consumer<ClassBuilder> methods) {
        byte[] bytes =
                ClassFile.of()
                        .build(
                                SELF,
                                file -> {
                                    file.withFlags(ClassFile.ACC_FINAL).withSuperclass(STEP);
                                    file.withMethodBody(
                                            ConstantDescs.INIT_NAME,
                                            NOTHING,
                                            0,
                                            LoopClass::construct);
                                    methods.accept(file);
                                });
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            return (Step)
                    lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                            .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("a generated loop could not be loaded", e);
        }
    }

    private static void construct(CodeBuilder code) {
        code.aload(0).invokespecial(STEP, ConstantDescs.INIT_NAME, NOTHING).return_();
    }

    /**
     * Adds the method {@code run}.
     *
     * @param file the class
     * @param loop the loop
     * @param forClass writes what is done for a class, given the local variable that it is in
     * @param atEnd writes what is done after all classes
     */
    static void withRun(
            ClassBuilder file,
            FusedPass.Loop loop,
            ObjIntConsumer<CodeBuilder> forClass,
            Consumer<CodeBuilder> atEnd) {
        file.withMethodBody(
                "run",
                MethodTypeDesc.of(CD_void, FRAME),
                ClassFile.ACC_PUBLIC,
                code -> {
                    int c = code.allocateLocal(TypeKind.INT);
                    Label top = code.newLabel();
                    code.iconst_0().istore(c).labelBinding(top);
                    forClass.accept(code, c);
                    code.iinc(c, 1).iload(c).loadConstant(loop.classes()).if_icmplt(top);
                    atEnd.accept(code);
                    code.return_();
                });
    }

    /**
     * Writes what comes before the loop, in the order of the lines: where rows and tensors begin, and what is the same in all rounds. With all rows before all
     * constants the JVM puts the sums of some loops into boxes after them.
     */
    final void writeBeforeLoop() {
        pushRows();
        code.astore(r);
        for (int k = 0; k < body.lines().size(); k++) {
            Line line = body.lines().get(k);
            if (line.kind() == Instruction.ROW) {
                start(place(line));
            } else {
                keepInvariant(k, line);
            }
        }
        for (Use use : body.uses()) {
            if (use instanceof LoopBody.Keep(_, Place to)) {
                start(to);
            }
        }
    }

    /** Puts the rows of the frame on the operand stack. */
    abstract void pushRows();

    /** {@return the local variable in which the place of a row, a number of bytes on top of the operand stack, is kept as an index into the rows} */
    abstract int keepStartOfRow();

    /** Computes and keeps the result of a line if it is the same in all rounds. */
    abstract void keepInvariant(int k, Line line);

    /** Puts a number of the tables on the operand stack. */
    final void pushScalar(Line line) {
        Place place = place(line);
        Operand table = (Operand) place.source();
        code.aload(F).getfield(FRAME, "tables", FLOAT_ARRAY.arrayType());
        code.loadConstant(table.at()).aaload();
        code.aload(F).getfield(FRAME, "sample", CD_int);
        code.loadConstant(table.sampleStep()).imul();
        pushClassTimes(table.classStep(), place);
        code.iadd().faload();
    }

    /** Puts the number of a sum on the operand stack. */
    final void pushSum(LoopBody.Sum sum) {
        code.loadConstant(sum.first());
        if (sum.isPerClass()) {
            code.iload(C).iadd();
        }
    }

    /** Whether a value written to a place is added to what is there. */
    final boolean isAddedTo(Place to) {
        return to.source() instanceof Memory memory
                && memory.kind() != LoopBody.Kind.TEMPORARY
                && access.isAccumulating();
    }

    /** Whether a place is in an array, not in a segment. */
    final boolean isInArray(Place place) {
        return place.source() instanceof Memory && access.isArrays();
    }

    static Place place(Line line) {
        if (line.place() == null) {
            throw new IllegalStateException("no row and no table: " + line);
        }
        return line.place();
    }

    /** Where a row or a plane of a tensor begins for this class: the array and the index of its first element, or the segment and that of its first byte. */
    record Start(int base, int index) {}

    final void start(Place place) {
        if (starts.containsKey(place)) {
            return;
        }
        starts.put(
                place,
                switch (place.source()) {
                    case Operand row -> new Start(r, startOfRow(row, place));
                    case Memory memory -> startOfPlane(memory, place);
                });
    }

    private void pushClassTimes(int step, Place place) {
        if (place.klass() == LoopBody.LOOP) {
            code.iload(C).loadConstant(step).imul();
        } else {
            code.loadConstant(place.klass() * step);
        }
    }

    private int startOfRow(Operand row, Place place) {
        pushClassTimes(row.classStep(), place);
        code.loadConstant(row.at()).iadd();
        return keepStartOfRow();
    }

    private Start startOfPlane(Memory memory, Place place) {
        if (memory.isBytes()) {
            return startOfBytes(memory, place);
        }
        int base = code.allocateLocal(TypeKind.REFERENCE);
        int start = code.allocateLocal(access.isArrays() ? TypeKind.INT : TypeKind.LONG);
        code.aload(F).loadConstant(memory.slot());
        if (access.isArrays()) {
            code.invokevirtual(FRAME, "array", ARRAY_OF_SLOT);
        } else {
            code.invokevirtual(FRAME, "segment", SEGMENT_OF_SLOT);
        }
        code.astore(base);
        pushSlotAndPlane(memory, place);
        if (access.isArrays()) {
            code.invokevirtual(FRAME, "index", INDEX_OF_PLANE).istore(start);
        } else {
            code.invokevirtual(FRAME, "bytes", BYTES_OF_PLANE).lstore(start);
        }
        return new Start(base, start);
    }

    private Start startOfBytes(Memory memory, Place place) {
        int base = code.allocateLocal(TypeKind.REFERENCE);
        int start = code.allocateLocal(TypeKind.INT);
        code.aload(F).loadConstant(memory.slot());
        code.invokevirtual(FRAME, "byteArray", BYTES_OF_SLOT).astore(base);
        pushSlotAndPlane(memory, place);
        code.invokevirtual(FRAME, "byteIndex", INDEX_OF_PLANE).istore(start);
        return new Start(base, start);
    }

    private void pushSlotAndPlane(Memory memory, Place place) {
        code.aload(F).loadConstant(memory.slot());
        code.aload(F).getfield(FRAME, "sample", CD_int).loadConstant(memory.sampleStep()).imul();
        pushClassTimes(memory.classStep(), place);
        code.iadd();
    }
}
