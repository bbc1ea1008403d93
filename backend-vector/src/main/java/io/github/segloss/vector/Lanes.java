package io.github.segloss.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shapes in use: the preferred ones of the machine, or those of {@code -Dsegloss.vector.bits=128|256|512}. They are static constants because
 * the JIT compiler must know them.
 */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = floats();
    static final VectorSpecies<Integer> INTS =
            IntVector.SPECIES_512.withShape(FLOATS.vectorShape());

    static final VectorSpecies<Double> DOUBLES =
            DoubleVector.SPECIES_512.withShape(FLOATS.vectorShape());

    /** As many floats as there are doubles in a vector. */
    static final VectorSpecies<Float> HALF_FLOATS = half();

    /** How many floats a vector has. */
    static final int COUNT = FLOATS.length();

    /** Bytes for as many lanes as a float vector has, but at least the smallest vector there is, 64 bits. */
    static final VectorSpecies<Byte> BYTES =
            COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

    private Lanes() {}

    private static VectorSpecies<Float> floats() {
        int bits =
                Integer.getInteger(
                        VectorBackendProvider.BITS_PROPERTY,
                        FloatVector.SPECIES_PREFERRED.vectorBitSize());
        return FloatVector.SPECIES_512.withShape(VectorShape.forBitSize(bits));
    }

    private static VectorSpecies<Float> half() {
        return FLOATS.withShape(VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    }

    /** {@return a number in all lanes} */
    static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /** {@return the smallest multiple of the number of lanes that is not below n} */
    static int roundUp(int n) {
        return (n + COUNT - 1) & -COUNT;
    }
}
