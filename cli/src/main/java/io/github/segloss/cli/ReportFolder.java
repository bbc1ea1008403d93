package io.github.segloss.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.segloss.SegLossException;
import io.github.segloss.cli.judge.Judgement;
import io.github.segloss.cli.pictures.PictureBook;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** The folder of a report. Everything is written beside it first, so that it holds a whole report or what it held before. */
final class ReportFolder {
    static final String INDEX = "index.html";
    static final String JSON = "report.json";

    private ReportFolder() {}

    /**
     * Checks that a report could be written.
     *
     * @throws SegLossException if not
     */
    static void requireWritable(Path folder) {
        Path place = folder.toAbsolutePath();
        while (place != null && !Files.exists(place)) {
            place = place.getParent();
        }
        if (place == null || !Files.isDirectory(place)) {
            throw refused(folder, "'" + place + "' is a file; name a folder", null);
        }
        // Trying is the only sure way: rights do not tell of read-only file systems.
        try {
            Files.delete(Files.createTempFile(place, ".segloss", ".part"));
        } catch (IOException e) {
            throw refused(folder, "nothing can be written to '" + place + "'; choose another", e);
        }
    }

    /**
     * Writes a report.
     *
     * @throws SegLossException if that fails; then the folder is as it was
     */
    static void write(Path folder, Judgement judgement, String text, ObjectNode tree) {
        requireWritable(folder);
        SequencedMap<String, BufferedImage> sheets = PictureBook.draw(judgement);
        boolean isNew = !Files.exists(folder);
        String part = "." + folder.toAbsolutePath().getFileName() + "." + UUID.randomUUID();
        Path stage = isNew ? folder.toAbsolutePath().resolveSibling(part) : folder.resolve(part);
        try {
            Files.createDirectories(stage);
            for (var sheet : sheets.entrySet()) {
                Path file = stage.resolve(sheet.getKey() + ".png");
                if (!ImageIO.write(sheet.getValue(), "png", file.toFile())) {
                    throw new IOException("this JDK cannot write PNG");
                }
            }
            Files.writeString(stage.resolve(JSON), Json.text(tree));
            Files.writeString(
                    stage.resolve(INDEX), ReportPage.html(judgement, text, sheets.keySet()));
            if (isNew) {
                OutputFiles.move(stage, folder);
            } else {
                for (Path file : list(stage)) {
                    OutputFiles.move(file, folder.resolve(file.getFileName()));
                }
            }
        } catch (IOException e) {
            throw refused(folder, OutputFiles.reason(e), e);
        } finally {
            discard(stage);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void discard(Path stage) {
        if (Files.exists(stage)) {
            try {
                list(stage).forEach(OutputFiles::discard);
            } catch (IOException e) {
                // The report has its own outcome, which matters more than a left-over.
            }
            OutputFiles.discard(stage);
        }
    }

    private static SegLossException refused(
            Path folder, String reason, @Nullable IOException cause) {
        String message = "cannot write the report folder '" + folder + "': " + reason;
        return cause == null ? new SegLossException(message) : new SegLossException(message, cause);
    }
}
