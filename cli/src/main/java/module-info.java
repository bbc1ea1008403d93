/** The {@code segloss} command; {@link io.github.segloss.cli.Main} runs it. */
module io.github.segloss.cli {
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires io.github.segloss;
    requires io.github.segloss.benchmarks;
    requires io.github.segloss.conformance;
    requires io.github.segloss.images;
    requires io.github.segloss.losses;
    requires java.desktop;
    requires static org.jspecify;

    exports io.github.segloss.cli;

    opens io.github.segloss.cli to
            info.picocli;

    uses io.github.segloss.loss.LossProvider;
}
