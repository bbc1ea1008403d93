package io.github.segloss.conformance;

import io.github.segloss.backend.Availability;
import io.github.segloss.backend.BackendProvider;
import io.github.segloss.backend.Backends;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * Runs the kit on a backend by its name, without a build and without a JUnit engine: for a machine that has the jars and a device and nothing else.
 *
 * <pre>java -cp 'lib/*' io.github.segloss.conformance.ConformanceCommand cuda [EVERY]</pre>
 *
 * <p>With a second argument only every so-manieth test of a group is run. Exit code 0 if no rule is broken, 1 if one is, 2 if the backend is unavailable.
 */
final class ConformanceCommand {
    private final PrintStream out;
    private final List<String> failures = new ArrayList<>();
    private int passed;
    private int skipped;

    private ConformanceCommand(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the kit.
     *
     * @param args the name of the backend, and every how-manieth test to run
     */
    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    /** {@return the exit code} */
    static int run(PrintStream out, String... args) {
        boolean isGood = args.length == 1 || (args.length == 2 && args[1].matches("[1-9]\\d{0,5}"));
        if (!isGood) {
            out.println("usage: ConformanceCommand BACKEND [EVERY], such as: cuda 7");
            return 2;
        }
        BackendProvider provider =
                Backends.providers().stream()
                        .filter(p -> p.name().equals(args[0]))
                        .findFirst()
                        .orElse(null);
        if (provider == null) {
            out.println(
                    "There is no backend '"
                            + args[0]
                            + "'; there are "
                            + Backends.providers().stream()
                                    .map(BackendProvider::name)
                                    .collect(Collectors.joining(", "))
                            + ".");
            return 2;
        }
        if (provider.probe() instanceof Availability.Unavailable(_, String detail, _)) {
            out.println("The kit needs backend '" + args[0] + "', which is unavailable: " + detail);
            return 2;
        }
        ConformanceCommand command = new ConformanceCommand(out);
        int every = args.length == 2 ? Integer.parseInt(args[1]) : 1;
        groups().forEach(group -> command.run(group, () -> provider, every));
        return command.summary();
    }

    private static List<Method> groups() {
        return Arrays.stream(BackendConformance.class.getMethods())
                .filter(method -> method.isAnnotationPresent(TestFactory.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private void run(Method group, BackendConformance kit, int every) {
        try (Stream<?> tests = (Stream<?>) group.invoke(kit)) {
            run(tests.map(DynamicTest.class::cast).toList(), every);
        } catch (ReflectiveOperationException e) {
            failures.add(group.getName());
            out.println("FAILED " + group.getName() + ": " + e.getCause());
        }
    }

    private void run(List<DynamicTest> tests, int every) {
        for (int k = 0; k < tests.size(); k += every) {
            run(tests.get(k));
        }
    }

    /** Whatever a rule throws is a failure: a broken backend may throw anything. */
    private void run(DynamicTest test) {
        try {
            test.getExecutable().execute();
            passed++;
        } catch (TestAbortedException e) {
            skipped++;
            out.println("skipped " + test.getDisplayName() + ": " + e.getMessage());
        } catch (Throwable e) {
            failures.add(test.getDisplayName());
            out.println("FAILED " + test.getDisplayName() + ": " + e);
        }
    }

    private int summary() {
        out.println(passed + " passed, " + failures.size() + " failed, " + skipped + " skipped");
        failures.forEach(name -> out.println("failed: " + name));
        return failures.isEmpty() && passed > 0 ? 0 : 1;
    }
}
