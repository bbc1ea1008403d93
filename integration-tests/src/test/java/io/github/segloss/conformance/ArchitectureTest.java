package io.github.segloss.conformance;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.segloss.loss.Loss;
import io.github.segloss.loss.LossCatalog;
import io.github.segloss.loss.LossDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may import whom: each module only what the table in docs/architecture.md allows it. */
class ArchitectureTest {
    private static final String ROOT = "io.github.segloss";
    private static final String[] API = {
        ROOT,
        ROOT + ".tensor..",
        ROOT + ".graph..",
        ROOT + ".expr..",
        ROOT + ".autodiff..",
        ROOT + ".program..",
        ROOT + ".loss..",
        ROOT + ".backend..",
        ROOT + ".runtime.."
    };
    private static final String[] LOSSES = {
        ROOT + ".losses..", ROOT + ".maps..", ROOT + ".metrics.."
    };
    private static final String[] BACKENDS = {
        ROOT + ".cpu..", ROOT + ".vector..", ROOT + ".cuda.."
    };
    private static final String[] IMAGES = {ROOT + ".images.."};
    private static final String[] JDK = {"java..", "javax..", "org.jspecify.."};

    /** The CUDA backend is built after this module, so what is looked at are its sources. */
    private static final Path CUDA = Path.of("../backend-cuda/src/main/java");

    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.*]+);");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(ROOT);
    }

    private static DescribedPredicate<JavaClass> in(String[]... packages) {
        List<String> all = new ArrayList<>();
        for (String[] some : packages) {
            all.addAll(List.of(some));
        }
        return resideInAnyPackage(all.toArray(String[]::new));
    }

    @Test
    void theTableIsAboutClassesThatAreThere() {
        for (String[] module : List.of(API, LOSSES, new String[] {ROOT + ".cpu.."}, IMAGES)) {
            assertTrue(classes.that(in(module)).size() > 5, () -> String.join(", ", module));
        }
    }

    @Test
    void apiImportsNoOtherModule() {
        classes().that(in(API)).should().onlyDependOnClassesThat(in(API, JDK)).check(classes);
    }

    @Test
    void lossesImportOnlyApi() {
        classes()
                .that(in(LOSSES))
                .should()
                .onlyDependOnClassesThat(in(LOSSES, API, JDK))
                .check(classes);
    }

    @Test
    void aLossKnowsNothingOfBackendsAndSessions() {
        noClasses()
                .that()
                .areAssignableTo(Loss.class)
                .should()
                .dependOnClassesThat(
                        in(new String[][] {{ROOT + ".backend..", ROOT + ".runtime.."}}))
                .check(classes);
    }

    @Test
    void theProcessorBackendsImportOnlyApiAndBytedeco() {
        classes()
                .that(in(new String[][] {{ROOT + ".cpu.."}}))
                .should()
                .onlyDependOnClassesThat(
                        in(new String[][] {{ROOT + ".cpu..", "org.bytedeco.."}, API, JDK}))
                .check(classes);
    }

    @Test
    void theCudaBackendImportsOnlyApiAndBytedeco() throws IOException {
        List<Path> sources = cudaSources();
        assertTrue(sources.size() > 5, () -> "there is no backend in " + CUDA.toAbsolutePath());
        Pattern others =
                Pattern.compile(
                        "(?!java\\.|javax\\.|org\\.jspecify\\.|org\\.bytedeco\\.)"
                                + "(?!io\\.github\\.segloss\\.[A-Z]\\w+$)"
                                + "(?!io\\.github\\.segloss\\.(cuda|tensor|graph|program|backend)\\.).*");
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            IMPORT.matcher(Files.readString(source))
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> others.matcher(name).matches())
                    .forEach(name -> found.add(source.getFileName() + ": " + name));
        }
        assertEquals(List.of(), found);
    }

    private static List<Path> cudaSources() throws IOException {
        try (Stream<Path> files = Files.walk(CUDA)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    @Test
    void theVectorBackendImportsOnlyApiAndTheVectorModule() {
        classes()
                .that(in(new String[][] {{ROOT + ".vector.."}}))
                .should()
                .onlyDependOnClassesThat(
                        in(
                                new String[][] {
                                    {
                                        ROOT + ".vector..",
                                        "jdk.incubator.vector..",
                                        "com.sun.management.."
                                    },
                                    API,
                                    JDK
                                }))
                .check(classes);
    }

    @Test
    void imagesImportOnlyApi() {
        classes()
                .that(in(IMAGES))
                .should()
                .onlyDependOnClassesThat(in(IMAGES, API, JDK))
                .check(classes);
    }

    @Test
    void theKitImportsOnlyApiLossesJacksonAndJUnit() {
        classes()
                .that(in(new String[][] {{ROOT + ".conformance.."}}))
                .should()
                .onlyDependOnClassesThat(
                        in(
                                new String[][] {
                                    {
                                        ROOT + ".conformance..",
                                        "com.fasterxml.jackson..",
                                        "org.junit.jupiter.api..",
                                        "org.opentest4j.."
                                    },
                                    API,
                                    LOSSES,
                                    JDK
                                }))
                .check(classes);
    }

    /** A loss graph must be buildable without a compiler, a compiler without a run. */
    @Test
    void thePackagesOfTheApiAreLayers() {
        List<String> layers =
                List.of(
                        "tensor",
                        "graph",
                        "expr",
                        "autodiff",
                        "program",
                        "loss",
                        "backend",
                        "runtime");
        for (int low = 0; low < layers.size(); low++) {
            for (int high = low + 1; high < layers.size(); high++) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + layers.get(low) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + "." + layers.get(high) + "..")
                        .check(classes);
            }
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
    }

    /** A library that ends the JVM, or starts a process, surprises its host. */
    @Test
    void librariesLeaveTheProcessAlone() {
        noClasses()
                .that(in(API, LOSSES, BACKENDS, IMAGES))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(classes);
    }

    @Test
    void librariesPrintNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
                classes.that(in(API, LOSSES, BACKENDS, IMAGES)));
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that(in(API, LOSSES, BACKENDS, IMAGES))
                .should()
                .haveNameMatching(".*\\.(Abstract[A-Z].*|Base[A-Z].*|.*(Utils?|Helper|Manager))")
                .check(classes);
        methods()
                .that()
                .areDeclaredInClassesThat(in(API, LOSSES, BACKENDS, IMAGES))
                .and()
                .arePublic()
                .should()
                .haveNameNotMatching("get[A-Z].*")
                .check(classes);
    }

    /** No text in the code of the api or a backend is the id of a loss; comments, which the class files do not have, may speak of them. */
    @Test
    void noLossIsNamedInTheApiOrABackend() throws IOException {
        String ids =
                LossCatalog.load().all().stream()
                        .map(LossDefinition::id)
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|"));
        Pattern loss = Pattern.compile("\\b(" + ids + "|dice|lovasz|hausdorff|tversky)\\b");
        List<String> found = new ArrayList<>();
        for (JavaClass one : classes.that(in(API, BACKENDS))) {
            for (String text : texts(one)) {
                if (loss.matcher(text).find()) {
                    found.add(one.getName() + ": " + text);
                }
            }
        }
        for (Path source : cudaSources()) {
            String code = Files.readString(source).replaceAll("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$", "");
            Matcher text = Pattern.compile("\"([^\"\\n]*)\"").matcher(code);
            while (text.find()) {
                if (loss.matcher(text.group(1)).find()) {
                    found.add(source.getFileName() + ": " + text.group(1));
                }
            }
        }
        assertEquals(List.of(), found);
    }

    private static List<String> texts(JavaClass one) throws IOException {
        URL file = one.getSource().orElseThrow().getUri().toURL();
        try (InputStream bytes = file.openStream()) {
            ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
            List<String> texts = new ArrayList<>();
            for (PoolEntry entry : model.constantPool()) {
                if (entry instanceof StringEntry text) {
                    texts.add(text.stringValue());
                }
            }
            return texts;
        }
    }
}
