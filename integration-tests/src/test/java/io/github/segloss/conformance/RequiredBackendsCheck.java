package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Run after all other tests of this module: a backend that is silently missing makes the build fail. It reads the reports of this build, so it knows what
 * has run and not what should have.
 */
class RequiredBackendsCheck {
    private static final Path REPORTS = Path.of("target/surefire-reports");

    /** When this build began, in ISO 8601; the pom passes it on. */
    private static final String BUILD_START = "segloss.build.start";

    @ParameterizedTest
    @CsvSource({
        "ScalarBackendTest, 1000",
        "OpenBlasBackendTest, 1000",
        "VectorBackendTest, 1000",
        "VectorBackendVariant-vector-128, 150",
        "VectorBackendVariant-vector-256, 150",
        "VectorBackendVariant-vector-generated, 150",
    })
    void theKitHasRun(String test, int least) throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("test") == null, "only some tests were asked for by -Dtest");
        Path report =
                REPORTS.resolve(
                        "TEST-"
                                + RequiredBackendsCheck.class.getPackageName()
                                + "."
                                + test
                                + ".xml");
        assertTrue(Files.exists(report), () -> test + " has not run: there is no " + report);
        Instant start = Instant.parse(System.getProperty(BUILD_START));
        Instant written = Files.getLastModifiedTime(report).toInstant();
        assertTrue(
                !written.isBefore(start),
                () -> report + " is of " + written + ", before this build");
        List<String> unavailable = new ArrayList<>();
        int passed = 0;
        for (Element testCase : elements(report, "testcase")) {
            NodeList skips = testCase.getElementsByTagName("skipped");
            String reason =
                    skips.getLength() == 0 ? "" : ((Element) skips.item(0)).getAttribute("message");
            if (reason.contains("is unavailable")) {
                unavailable.add(testCase.getAttribute("name") + ": " + reason);
            }
            passed += skips.getLength() == 0 ? 1 : 0;
        }
        assertEquals(List.of(), unavailable, test);
        int ran = passed;
        assertTrue(
                ran >= least,
                () -> test + " ran " + ran + " rules, at least " + least + " are needed");
    }

    private static List<Element> elements(Path file, String name)
            throws IOException, ParserConfigurationException, SAXException {
        NodeList nodes =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
