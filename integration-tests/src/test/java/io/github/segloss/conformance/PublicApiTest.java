package io.github.segloss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What others can see of our modules is what the files in {@code src/test/resources/api} list: every public and protected element of every exported package.
 * After a change that is meant, run with {@code -Dsegloss.update=true}, which writes the files, and read the difference.
 */
class PublicApiTest {
    private static final Path FILES = Path.of("src/test/resources/api");

    @TestFactory
    Stream<DynamicTest> theApiIsThatOfTheFile() throws IOException {
        return modules().entrySet().stream()
                .map(module ->
                        dynamicTest(
                                module.getKey(), () -> check(module.getKey(), module.getValue())));
    }

    @Test
    void theModulesAreFound() throws IOException {
        assertTrue(modules().size() >= 5, modules().toString());
    }

    private static void check(String module, Path place) throws Exception {
        List<String> found = listing(place);
        Path file = FILES.resolve(module + ".txt");
        if (Boolean.getBoolean("segloss.update")) {
            Files.createDirectories(FILES);
            Files.write(file, found);
        }
        assertTrue(Files.exists(file), file + " is missing; write it with -Dsegloss.update=true");
        List<String> listed = Files.readAllLines(file);
        if (!listed.equals(found)) {
            assertEquals(
                    String.join("\n", listed),
                    String.join("\n", found),
                    "the public API of "
                            + module
                            + " is not that of "
                            + file
                            + "; if the change is meant, run with -Dsegloss.update=true and commit the file. Gone: "
                            + without(listed, found)
                            + "; new: "
                            + without(found, listed));
        }
    }

    private static List<String> without(List<String> some, List<String> others) {
        return some.stream().filter(line -> !others.contains(line)).map(String::strip).toList();
    }

    // ---- our modules

    private static Map<String, Path> modules() throws IOException {
        Map<String, Path> modules = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            add(Path.of(entry), modules);
        }
        return modules;
    }

    private static void add(Path entry, Map<String, Path> modules) throws IOException {
        if (Files.exists(entry)) {
            ModuleDescriptor descriptor = inside(entry, PublicApiTest::descriptor);
            if (descriptor != null && descriptor.name().startsWith("io.github.segloss")) {
                modules.putIfAbsent(descriptor.name(), entry);
            }
        }
    }

    private static @Nullable ModuleDescriptor descriptor(Path root) {
        Path file = root.resolve("module-info.class");
        if (!Files.exists(file)) {
            return null;
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            return ModuleDescriptor.read(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks into a folder or a jar. */
    private static <T> T inside(Path entry, Function<Path, T> look) throws IOException {
        if (Files.isDirectory(entry)) {
            return look.apply(entry);
        }
        try (FileSystem jar = FileSystems.newFileSystem(entry)) {
            return look.apply(jar.getPath("/"));
        }
    }

    private static List<String> exportedClasses(Path root) {
        List<String> names = new ArrayList<>();
        for (ModuleDescriptor.Exports exports : descriptor(root).exports()) {
            Path folder = root.resolve(exports.source().replace('.', '/'));
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".class") && !file.contains("-info"))
                        .map(file -> exports.source() + "." + file.replace(".class", ""))
                        .forEach(names::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    // ---- the text

    private static List<String> listing(Path place) throws Exception {
        TreeMap<String, List<String>> classes = new TreeMap<>();
        for (String name : inside(place, PublicApiTest::exportedClasses)) {
            Class<?> one = Class.forName(name, false, PublicApiTest.class.getClassLoader());
            if (isVisible(one)) {
                classes.put(name, lines(one));
            }
        }
        return classes.values().stream().flatMap(List::stream).toList();
    }

    private static boolean isVisible(Class<?> one) {
        for (Class<?> at = one; at != null; at = at.getEnclosingClass()) {
            if (at.isAnonymousClass() || at.isLocalClass() || !isSeen(at.getModifiers())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSeen(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static List<String> lines(Class<?> one) {
        TreeSet<String> members = new TreeSet<>();
        for (Field field : one.getDeclaredFields()) {
            add(members, field, field.toGenericString());
        }
        for (Constructor<?> constructor : one.getDeclaredConstructors()) {
            add(members, constructor, constructor.toGenericString());
        }
        for (Method method : one.getDeclaredMethods()) {
            if (!method.isBridge()) {
                add(members, method, method.toGenericString());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(heading(one) + deprecation(one));
        members.forEach(member -> lines.add("    " + member));
        return lines;
    }

    private static <M extends Member & AnnotatedElement> void add(
            TreeSet<String> members, M member, String text) {
        if (isSeen(member.getModifiers()) && !member.isSynthetic()) {
            String parameters =
                    member instanceof Executable executable && executable.isVarArgs()
                            ? " (any number)"
                            : "";
            members.add(text + parameters + deprecation(member));
        }
    }

    private static String deprecation(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? " deprecated" : "";
    }

    private static String heading(Class<?> one) {
        StringBuilder text = new StringBuilder(one.toGenericString());
        Type parent = one.getGenericSuperclass();
        if (parent != null && parent != Object.class && !one.isRecord() && !one.isEnum()) {
            text.append(" extends ").append(parent.getTypeName());
        }
        text.append(
                list(one.isInterface() ? " extends " : " implements ", one.getGenericInterfaces()));
        if (one.isRecord()) {
            text.append(
                    Arrays.stream(one.getRecordComponents())
                            .map(c -> c.getGenericType().getTypeName() + " " + c.getName())
                            .collect(Collectors.joining(", ", " (", ")")));
        }
        if (one.isSealed()) {
            text.append(list(" permits ", one.getPermittedSubclasses()));
        }
        return text.toString();
    }

    private static String list(String word, Type[] types) {
        return types.length == 0
                ? ""
                : Arrays.stream(types)
                        .map(Type::getTypeName)
                        .collect(Collectors.joining(", ", word, ""));
    }
}
