package io.github.segloss.maps;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.segloss.SegLossException;
import io.github.segloss.loss.Activation;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import io.github.segloss.tensor.Shape;
import io.github.segloss.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Label images of network outputs, and images at other sizes. */
class PredictionsTest {
    private static Session session;
    private static Predictions predictions;

    @BeforeAll
    static void open() {
        session = Session.open("scalar");
        predictions = new Predictions(session);
    }

    @AfterAll
    static void close() {
        session.close();
    }

    @Test
    void thresholdMustBeExceeded() {
        double ln3 = Math.log(3);
        Tensor logits = Tensor.wrap(new double[] {0, 1e-9, -1, 2, ln3 + 1e-9, ln3 - 1e-9}, 1, 2, 3);
        Tensor half = predictions.threshold(logits, Activation.SIGMOID, 0.5);
        assertEquals(DType.UINT8, half.dtype());
        assertEquals(Shape.of(1, 2, 3), half.shape());
        assertArrayEquals(new long[] {0, 1, 0, 1, 1, 1}, half.toLongArray());
        assertArrayEquals(
                new long[] {0, 0, 0, 1, 1, 0},
                predictions.threshold(logits, Activation.SIGMOID, 0.75).toLongArray());
        Tensor p = Tensor.wrap(new double[] {0.5, 0.51, 0}, 1, 1, 3);
        assertArrayEquals(
                new long[] {0, 1, 0}, predictions.threshold(p, Activation.NONE, 0.5).toLongArray());
    }

    @Test
    void lowestIndexWinsATie() {
        double[] x = {1, 2, 0, 0, 1, 2, 5, 0, 1, 2, 5, -1};
        Tensor labels = predictions.argmax(Tensor.wrap(x, 1, 3, 2, 2));
        assertEquals(DType.UINT8, labels.dtype());
        assertEquals(Shape.of(1, 2, 2), labels.shape());
        assertArrayEquals(new long[] {0, 0, 1, 0}, labels.toLongArray());
    }

    @Test
    void manyClassesGiveWideLabels() {
        double[] x = new double[300 * 2];
        x[299 * 2] = 1;
        x[256 * 2 + 1] = 1;
        Tensor labels = predictions.argmax(Tensor.wrap(x, 1, 300, 2));
        assertEquals(DType.INT32, labels.dtype());
        assertArrayEquals(new long[] {299, 256}, labels.toLongArray());
        double[] y = new double[256];
        y[255] = 1;
        Tensor narrow = predictions.argmax(Tensor.wrap(y, 1, 256, 1));
        assertEquals(DType.UINT8, narrow.dtype());
        assertArrayEquals(new long[] {255}, narrow.toLongArray());
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(SegLossException.class, call).getMessage());
    }

    @Test
    void badPredictionsAreRefused() {
        Tensor nan = Tensor.wrap(new double[] {0, Double.NaN, 0, 0}, 1, 2, 2);
        assertRefused(
                "the prediction holds NaN at [0, 0, 1]; each value must be finite",
                () -> predictions.argmax(nan));
        assertRefused(
                "the prediction has shape [1, 1, 4] with a single channel, whose argmax is always 0: use threshold",
                () -> predictions.argmax(nan.reshape(1, 1, 4)));
        assertRefused(
                "the threshold is 1.0; it must be at least 0 and below 1",
                () -> predictions.threshold(nan, Activation.SIGMOID, 1));
        assertRefused(
                "a threshold is for independent channels, activation sigmoid or none, not softmax: use argmax",
                () -> predictions.threshold(nan, Activation.SOFTMAX, 0.5));
        assertRefused(
                "the prediction holds 3.0 at [0, 0, 0]; each value must be a probability in [0, 1]; for logits choose the activation sigmoid or softmax",
                () ->
                        predictions.threshold(
                                Tensor.wrap(new double[] {3}, 1, 1, 1), Activation.NONE, 0.5));
        assertRefused(
                "the prediction is Tensor[INT32 [1, 2, 2]]; it must be floating, [N, C, spatial...] with 1 to 3 spatial axes",
                () -> predictions.argmax(Tensor.wrap(new int[4], 1, 2, 2)));
        assertRefused(
                "the prediction is Tensor[FLOAT64 [2, 2]]; it must be floating, [N, C, spatial...] with 1 to 3 spatial axes",
                () -> predictions.argmax(nan.reshape(2, 2)));
    }

    @Test
    void edgesThatAreAllowed() {
        Tensor volume = Tensor.wrap(new double[] {0, 0.25, 0.75, 1}, 1, 2, 1, 1, 2);
        assertArrayEquals(
                new long[] {0, 1, 1, 1},
                predictions.threshold(volume, Activation.NONE, 0).toLongArray());
        assertArrayEquals(new long[] {1, 1}, predictions.argmax(volume).toLongArray());
        Tensor line = Tensor.wrap(new double[] {2, -1, 1, 1}, 1, 2, 2);
        assertArrayEquals(new long[] {0, 1}, predictions.argmax(line).toLongArray());
        assertRefused(
                "the prediction is Tensor[FLOAT64 [1, 2, 1, 1, 1, 2]]; it must be floating, [N, C, spatial...] with 1 to 3 spatial axes",
                () -> predictions.argmax(volume.reshape(1, 2, 1, 1, 1, 2)));
    }

    @Test
    void nearestTakesThePixelAtTheCentre() {
        int[] line = {0, 1, 2, 3, 4, 5};
        assertArrayEquals(
                new long[] {1, 3, 5}, Resampling.nearest(Tensor.wrap(line, 6), 3).toLongArray());
        assertArrayEquals(
                new long[] {1, 4}, Resampling.nearest(Tensor.wrap(line, 6), 2).toLongArray());
        assertArrayEquals(
                new long[] {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5},
                Resampling.nearest(Tensor.wrap(line, 6), 12).toLongArray());
        Tensor square = Resampling.nearest(Tensor.wrap(line, 1, 2, 3), 4, 3);
        assertEquals(Shape.of(1, 4, 3), square.shape());
        assertArrayEquals(new long[] {0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}, square.toLongArray());
    }

    @Test
    void anImageThatHasTheSizeComesBackAsItIs() {
        Tensor image = Tensor.wrap(new int[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);
        assertSame(image, Resampling.nearest(image, 2, 3));
        assertRefused(
                "the image has shape [6] and cannot be brought to the spatial sizes [2, 3]: these must be its last axes",
                () -> Resampling.nearest(image.reshape(6), 2, 3));
        assertRefused(
                "the image has shape [1, 2, 3] and cannot be brought to the spatial sizes []: these must be its last axes",
                () -> Resampling.nearest(image));
    }
}
