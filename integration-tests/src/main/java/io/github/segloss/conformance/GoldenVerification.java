package io.github.segloss.conformance;

import io.github.segloss.InvalidParameterException;
import io.github.segloss.conformance.GoldenReport.LossSummary;
import io.github.segloss.conformance.GoldenResult.Outcome;
import io.github.segloss.runtime.Session;
import io.github.segloss.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs golden files through a session: every case with every element type, each compared with what the file says. */
public final class GoldenVerification {
    private GoldenVerification() {}

    /**
     * {@return what became of all golden files of a folder}
     *
     * @param folder the folder; every file in it whose name ends in {@code .json} is read
     * @param session the backend under test
     * @param dtypes the element types of predictions to test with, each once
     * @param progress gets a line for each file when it is done
     * @throws GoldenFormatException if a file is malformed, or there is none
     * @throws InvalidParameterException if the backend does not have one of the element types
     */
    public static GoldenReport run(
            Path folder, Session session, List<DType> dtypes, Consumer<String> progress) {
        requireTypes(session, dtypes);
        SequencedMap<String, Tally> tallies = new LinkedHashMap<>();
        List<String> ignored = new ArrayList<>();
        Set<String> unknown = new TreeSet<>();
        try (GoldenCheck check = new GoldenCheck(session)) {
            for (Path path : GoldenReader.files(folder)) {
                GoldenFile file = GoldenReader.read(path);
                int failed = 0;
                for (DType type : dtypes) {
                    for (GoldenCase c : file.cases()) {
                        if (!(c instanceof GoldenCase.LossCase) && type != dtypes.getFirst()) {
                            continue; // maps and metrics have no prediction: once is enough
                        }
                        GoldenResult result = check.check(file, c, type);
                        if (result.outcome() == Outcome.UNKNOWN) {
                            unknown.add(result.message());
                            continue;
                        }
                        tallies.computeIfAbsent(
                                        result.loss() + " " + type,
                                        _ -> new Tally(result.loss(), type))
                                .add(result);
                        failed += result.isPassed() ? 0 : 1;
                    }
                }
                file.ignored().forEach(field -> ignored.add("ignored field: " + field));
                progress.accept(
                        path.getFileName()
                                + ": "
                                + file.cases().size()
                                + " cases"
                                + (failed == 0 ? "" : ", " + failed + " failed"));
            }
        }
        List<LossSummary> losses = tallies.values().stream().map(Tally::summary).toList();
        int cases = losses.stream().mapToInt(LossSummary::cases).sum();
        int passed = losses.stream().mapToInt(LossSummary::passed).sum();
        List<String> notChecked = new ArrayList<>(unknown);
        notChecked.addAll(ignored);
        return new GoldenReport(losses, notChecked, cases, passed, cases > 0 && cases == passed);
    }

    private static void requireTypes(Session session, List<DType> dtypes) {
        Set<DType> known = session.backend().capabilities().predictions();
        for (DType type : dtypes) {
            if (!known.contains(type)) {
                throw new InvalidParameterException(
                        "backend '"
                                + session.backend().name()
                                + "' has no predictions of "
                                + type
                                + "; it has "
                                + known.stream()
                                        .sorted()
                                        .map(DType::toString)
                                        .collect(Collectors.joining(", ")));
            }
        }
    }

    /** The running count of one row. */
    private static final class Tally {
        private final String loss;
        private final DType type;
        private final List<String> failures = new ArrayList<>();
        private int cases;
        private double worstValue;
        private double worstGradient;

        Tally(String loss, DType type) {
            this.loss = loss;
            this.type = type;
        }

        void add(GoldenResult result) {
            cases++;
            worstValue = Math.max(worstValue, result.valueError());
            worstGradient = Math.max(worstGradient, result.gradientError());
            if (!result.isPassed()) {
                failures.add(result.id() + ": " + result.message());
            }
        }

        LossSummary summary() {
            return new LossSummary(
                    loss,
                    type,
                    cases,
                    cases - failures.size(),
                    worstValue,
                    worstGradient,
                    failures);
        }
    }
}
