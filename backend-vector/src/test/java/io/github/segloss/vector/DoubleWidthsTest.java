package io.github.segloss.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.segloss.graph.BinaryFunction;
import io.github.segloss.graph.UnaryFunction;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes in float64 with vectors of every width, each in a JVM of its own: the width is fixed when the loops are. */
class DoubleWidthsTest {
    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void everyWidth(int bits, @TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules=jdk.incubator.vector",
                                "-D" + VectorBackendProvider.BITS_PROPERTY + "=" + bits,
                                "-cp",
                                System.getProperty("java.class.path"),
                                DoubleWidthsTest.class.getName(),
                                Integer.toString(bits))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean hasEnded = process.waitFor(30, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String text = Files.readString(output);
        assertEquals(0, hasEnded ? process.exitValue() : -1, text);
    }

    /**
     * Runs in the JVM of one width.
     *
     * @param arguments the width in bits
     */
    public static void main(String[] arguments) {
        assertEquals(Integer.parseInt(arguments[0]), Lanes.DOUBLES.vectorBitSize());
        DoublePassTest pass = new DoublePassTest();
        for (UnaryFunction f : UnaryFunction.values()) {
            pass.unary(f);
        }
        for (BinaryFunction f : BinaryFunction.values()) {
            pass.binary(f);
        }
        for (int pixels = 1; pixels <= 2 * Lanes.COUNT + 1; pixels++) {
            pass.everyTail(pixels);
        }
        pass.everyTail(1025);
        for (DType type : DType.values()) {
            pass.everyInputType(type);
        }
        pass.selections(3);
        pass.everyNumberOfClasses(4);
        DoubleMathTest math = new DoubleMathTest();
        math.exp();
        math.expm1();
        math.log();
        math.log1p();
        math.tanh();
        math.exactFunctions();
        DoublePowerTest powers = new DoublePowerTest();
        powers.everyPairOfSpecialValues();
        powers.randomPowers();
        TwoFormsTest forms = new TwoFormsTest();
        forms.pointwiseOps();
        forms.functions();
        forms.powers();
        forms.reductionsOverClasses();
        forms.matrixProducts();
        forms.sumsOverPixels();
        forms.bytes();
    }
}
