import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Lists the slowest tests of each module from the reports of the last build, and fails where the tests of a module take longer than its budget.
 *
 * <p>Usage: {@code java .ci/Slowest.java}, in the root of the repository after {@code ./mvnw verify}. The budgets are lines of {@code .ci/budgets}: a
 * module and seconds. They are several times what the tests take on an idle machine of two cores, so that a busy one does not fail.
 */
class Slowest {
    private static final int SHOWN = 5;

    /** One test case of a report. */
    private record Case(String name, double seconds) {}

    public static void main(String[] args) throws Exception {
        Map<String, Double> budgets = budgets(Path.of(".ci/budgets"));
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, List<Case>> module : modules().entrySet()) {
            double total = module.getValue().stream().mapToDouble(Case::seconds).sum();
            Double budget = budgets.get(module.getKey());
            print("%s: %.1f s in %d tests, budget %s s", module.getKey(), total, module.getValue().size(), budget);
            module.getValue().stream()
                    .sorted(Comparator.comparingDouble(Case::seconds).reversed())
                    .limit(SHOWN)
                    .forEach(test -> print("    %6.1f s  %s", test.seconds(), test.name()));
            if (budget == null) {
                problems.add("module " + module.getKey() + " has no budget in .ci/budgets");
            } else if (total > budget) {
                problems.add("the tests of " + module.getKey() + " took " + Math.round(total) + " s, their budget is " + budget);
            }
        }
        problems.forEach(problem -> System.err.println(".ci/Slowest: " + problem));
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    private static void print(String format, Object... args) {
        System.out.println(String.format(Locale.ROOT, format, args));
    }

    private static Map<String, Double> budgets(Path file) throws IOException {
        Map<String, Double> budgets = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.trim().split("\\s+");
                budgets.put(words[0], Double.valueOf(words[1]));
            }
        }
        return budgets;
    }

    private static Map<String, List<Case>> modules() throws Exception {
        Map<String, List<Case>> modules = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("."), 4)) {
            for (Path file : files.filter(Slowest::isReport).sorted().toList()) {
                String module = file.getName(file.getNameCount() - 4).toString();
                modules.computeIfAbsent(module, _ -> new ArrayList<>()).addAll(cases(file));
            }
        }
        return modules;
    }

    private static boolean isReport(Path file) {
        return file.getParent() != null
                && file.getParent().endsWith(Path.of("target", "surefire-reports"))
                && file.getFileName().toString().matches("TEST-.*\\.xml");
    }

    private static List<Case> cases(Path file) throws Exception {
        NodeList nodes =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getElementsByTagName("testcase");
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Element test = (Element) nodes.item(i);
            String[] names = test.getAttribute("classname").split("\\.");
            cases.add(
                    new Case(
                            names[names.length - 1] + " " + test.getAttribute("name"),
                            Double.parseDouble(test.getAttribute("time").replace(",", ""))));
        }
        return cases;
    }
}
