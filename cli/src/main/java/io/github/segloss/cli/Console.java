package io.github.segloss.cli;

import java.io.PrintStream;

/** Where a command writes: results to one stream, progress and errors to the other. */
final class Console {
    private static final long QUIET_NANOS = 1_000_000_000L;

    private final PrintStream out;
    private final PrintStream err;
    private long lastSaid = System.nanoTime();

    Console(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    /** Says something that is no result, such as a reason for a failure. */
    void say(String line) {
        err.println("segloss: " + line);
        err.flush();
    }

    /** Says how far long work is, at most once a second, so that short work stays quiet. */
    void progress(String line) {
        if (System.nanoTime() - lastSaid > QUIET_NANOS) {
            say(line);
            lastSaid = System.nanoTime();
        }
    }
}
