package io.github.segloss.cli;

/** The exit codes of all commands. */
final class ExitCode {
    /** All is well. */
    static final int FINE = 0;

    /** Some cases, files or losses failed. */
    static final int SOME_FAILED = 1;

    /** Bad input, or a backend that is unavailable. */
    static final int BAD_INPUT = 2;

    private ExitCode() {}
}
