package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is in a golden file, reading it gives cases or a {@link GoldenFormatException}, and cases that were read are verified to a report, not to an
 * exception. {@code -Dsegloss.fuzz.inputs} (5000) inputs are made from the numbers from {@code -Dsegloss.fuzz.first} (0) on; a failure names its number
 * and writes its text to {@code target/fuzz}.
 */
class GoldenReaderFuzzTest {
    private static final int INPUTS = Integer.getInteger("segloss.fuzz.inputs", 5000);
    private static final int FIRST = Integer.getInteger("segloss.fuzz.first", 0);
    private static final int MOST_SECONDS = 10;

    /** One case of every kind. */
    private static final List<String> CASES =
            List.of(
                    """
                    {"id": "a", "kind": "loss", "loss": "bce_with_logits", "source": "by hand",
                     "parameters": {"weight_normalization": "count", "label_smoothing": 0.0, "pos_weight": null},
                     "input_kind": "logits", "activation": "sigmoid", "shape": [1, 1, 2], "input": [0, 0.0],
                     "target_kind": "binary", "target_shape": [1, 1, 2], "target": [0, 1], "reduction": "mean",
                     "value": 0.6931471805599453, "gradient": [0.25, -0.25], "tags": ["1d"]}
                    """,
                    """
                    {"id": "b", "kind": "loss", "loss": "focal_tversky", "parameters": {"alpha_fp": 0.3, "beta_fn": 0.7, "exponent": 1.5,
                     "ignore_index": 255, "include_background": false, "batch": true},
                     "activation": "softmax", "shape": [1, 3, 2, 2], "input": [0, 1, 2, -1, 0.5, 0, 1, 2, 0, 0, 1, 1],
                     "target_kind": "class_indices", "target_shape": [1, 2, 2], "target": [0, 1, 2, 255],
                     "mask": [1, 1, 0, 1], "mask_shape": [1, 2, 2], "weight_map": [1, 2, 3, 4], "weight_map_shape": [1, 2, 2],
                     "class_weights": [1, 2, 0.5], "reduction": "none", "value": [1, 2, 3], "value_shape": [1, 3],
                     "gradient": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "tags": []}
                    """,
                    """
                    {"id": "c", "kind": "distance_transform", "mask": [0, 1, 1, 1, 1, 1], "shape": [2, 3],
                     "parameters": {"sampling": [1, 0.5]}, "value": [0, 0.5, 1, 1, 1.1, 1.4]}
                    """,
                    """
                    {"id": "d", "kind": "signed_distance_map", "masks": [0, 1, 1, 0], "shape": [1, 1, 4],
                     "parameters": {"sampling": [1], "empty_class": "zeros", "inside_shift": 1}, "value": [1, 0, 0, 1]}
                    """,
                    """
                    {"id": "e", "kind": "unet_weight_map", "instances": [0, 1, 0, 2], "shape": [2, 2],
                     "parameters": {"sampling": [1, 1], "w0": 10, "sigma": 5, "class_weights": [1, 2]}, "value": [1, 2, 3, 4]}
                    """,
                    """
                    {"id": "f", "kind": "prediction", "input": [0.5, -1, 2, 0], "shape": [1, 2, 2],
                     "parameters": {"rule": "softmax_argmax"}, "value": [1, 0], "value_shape": [1, 2]}
                    """,
                    """
                    {"id": "g", "kind": "metric", "shape": [2, 2, 2], "prediction": [1, 0, 1, 1, 0, 0, 1, 0],
                     "target": [1, 1, 1, 0, 0, 0, 0, 1], "parameters": {"spacing": [1, 1, 2], "f_beta_beta": 2, "hd_percentile": 95},
                     "value": {"dice": 0.5, "hd": 1, "assd": null}}
                    """);

    private static final List<String> HOSTILE =
            List.of(
                    "0",
                    "-1",
                    "1e400",
                    "-1e308",
                    "1e-320",
                    "NaN",
                    "9223372036854775807",
                    "99999999999999999999",
                    "2147483648",
                    "65536",
                    "0.3",
                    "null",
                    "true",
                    "\"\"",
                    "\"\\u0000\"",
                    "[]",
                    "[[]]",
                    "{}",
                    "[1, 2, 3]",
                    "",
                    "[".repeat(100),
                    "1".repeat(100),
                    "\"mean\"",
                    "\"none\"",
                    "\"dice\"",
                    "\"lovasz_softmax\"");

    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"]*\"|-?[0-9][-+.0-9eE]*|null|true|false|[\\[\\]{}:,]");

    @TempDir Path folder;

    private volatile Thread verifier;
    private int read;
    private int refused;

    @Test
    void readsAnyMutationOrRefusesIt() throws IOException {
        try (Session session = Session.on(Reference.open());
                ExecutorService worker =
                        Executors.newSingleThreadExecutor(task -> {
                            verifier = Thread.ofPlatform().daemon().unstarted(task);
                            return verifier;
                        })) {
            for (int input = FIRST; input < FIRST + INPUTS; input++) {
                byte[] bytes = mutated(new SplittableRandom(input), input);
                Path file = Files.write(folder.resolve("input.json"), bytes);
                Future<?> done = worker.submit(() -> verify(file, session));
                try {
                    await(done);
                } catch (TimeoutException e) {
                    worker.shutdownNow();
                    fail(described("takes more than " + MOST_SECONDS + " seconds", bytes, input));
                } catch (ExecutionException e) {
                    fail(described("lets escape " + e.getCause(), bytes, input), e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    fail(e);
                }
            }
        }
        if (INPUTS >= 1000) {
            assertTrue(read > INPUTS / 20, read + " of " + INPUTS + " were still golden files");
            assertTrue(refused > INPUTS / 4, refused + " of " + INPUTS + " were refused");
        }
    }

    /** Limits the time of the processor, not that of the clock: the machine may be busy with other things. */
    private void await(Future<?> done)
            throws InterruptedException, ExecutionException, TimeoutException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(verifier.threadId());
        while (true) {
            try {
                done.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                long nanos = threads.getThreadCpuTime(verifier.threadId()) - before;
                if (nanos > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                    throw e;
                }
            }
        }
    }

    private void verify(Path file, Session session) {
        try {
            GoldenReader.read(file);
            read++;
        } catch (GoldenFormatException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("input.json"), e.getMessage());
            refused++;
            return;
        }
        if (read % 4 == 0) {
            GoldenVerification.run(folder, session, List.of(DType.FLOAT64), line -> {});
        }
    }

    private static String described(String what, byte[] bytes, int input) throws IOException {
        Path kept = Files.createDirectories(Path.of("target", "fuzz")).resolve(input + ".json");
        Files.write(kept, bytes);
        return "input "
                + input
                + " "
                + what
                + "; its text is in "
                + kept
                + "; -Dsegloss.fuzz.first="
                + input
                + " -Dsegloss.fuzz.inputs=1 makes it again";
    }

    private static byte[] mutated(SplittableRandom random, int input) {
        String first = CASES.get(input % CASES.size());
        boolean two = random.nextInt(8) == 0;
        String text =
                "{\"schema_version\": 1, \"group\": \"g\", \"set\": \"mine\", \"cases\": ["
                        + first
                        + (two ? ", " + CASES.get(random.nextInt(CASES.size())) : "")
                        + "]}";
        int changes = 1 + random.nextInt(6) / 3;
        for (int change = 0; change < changes; change++) {
            text = withOtherToken(text, random);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 2 -> {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                yield bytes;
            }
            default -> bytes;
        };
    }

    /** One word, number or bracket replaced, left out, doubled or exchanged with another one. */
    private static String withOtherToken(String text, SplittableRandom random) {
        List<MatchResult> tokens = TOKEN.matcher(text).results().toList();
        if (tokens.isEmpty()) {
            return text;
        }
        MatchResult token = tokens.get(random.nextInt(tokens.size()));
        MatchResult other = tokens.get(random.nextInt(tokens.size()));
        String instead =
                switch (random.nextInt(8)) {
                    case 0 -> "";
                    case 1 -> token.group() + ", " + token.group();
                    case 2, 3, 4 -> // a number for a number, a word for a word
                            tokens.stream()
                                    .skip(random.nextInt(tokens.size()))
                                    .map(MatchResult::group)
                                    .filter(word -> word.charAt(0) == token.group().charAt(0))
                                    .findFirst()
                                    .orElse(other.group());
                    default -> HOSTILE.get(random.nextInt(HOSTILE.size()));
                };
        return text.substring(0, token.start()) + instead + text.substring(token.end());
    }
}
