package io.github.segloss.cli;

import io.github.segloss.loss.LossCatalog;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Decides whether the word after {@code --json} is its file. Not if it is a folder or the id of a loss: these are what commands take as arguments of their
 * own, as in {@code segloss verify --json DIR}.
 */
final class JsonFileArgument implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
            Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
        boolean isAttached = "=".equals(info.get("separator")); // --json=FILE leaves no doubt
        if (!isAttached && !words.isEmpty() && belongsToCommand(words.peek())) {
            words.push(OutputOptions.STDOUT);
        }
        return false;
    }

    private static boolean belongsToCommand(String word) {
        try {
            return Files.isDirectory(Path.of(word)) || LossCatalog.load().find(word).isPresent();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
