package io.github.segloss.cuda;

import io.github.segloss.backend.BackendProvider;
import io.github.segloss.conformance.BackendConformance;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The conformance kit on the emulated device. All rules are run, but those of single losses, thousands of programs, only for every so-manieth loss in turn,
 * and of its options only as many. {@code -Dconformance.every=1} for Maven takes all of them.
 */
class ConformanceTest {
    private static final int EVERY = Integer.getInteger("segloss.conformance.every", 1);

    /** Groups with a test for each loss and rule. */
    private static final Set<String> FOR_EACH_LOSS = Set.of("losses", "derivatives", "laws");

    private static final BackendConformance KIT =
            new BackendConformance() {
                @Override
                public BackendProvider provider() {
                    return new EmulatedBackendProvider();
                }

                @Override
                public int generatedPrograms() {
                    return Integer.getInteger("segloss.graphs", EVERY == 1 ? 200 : 50);
                }
            };

    /** The groups of the kit at once, for the sake of the compiler: see {@link SideBySide}. */
    @TestFactory
    Stream<DynamicTest> conformance() throws ReflectiveOperationException {
        Emulation.require();
        List<Stream<?>> groups = new ArrayList<>();
        List<DynamicTest> chosen = new ArrayList<>();
        for (Method group : groups()) {
            Stream<?> tests = (Stream<?>) group.invoke(KIT);
            groups.add(tests);
            List<DynamicTest> all = tests.map(DynamicTest.class::cast).toList();
            int step = FOR_EACH_LOSS.contains(group.getName()) ? EVERY : 1;
            for (int k = 0; k < all.size(); k += step) {
                chosen.add(all.get(k));
            }
        }
        return SideBySide.run(chosen).onClose(() -> groups.forEach(Stream::close));
    }

    private static List<Method> groups() {
        return Arrays.stream(BackendConformance.class.getMethods())
                .filter(method -> method.isAnnotationPresent(TestFactory.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }
}
