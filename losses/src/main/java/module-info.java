/** The segmentation losses, one record each, with metrics, distance maps and weight maps. */
module io.github.segloss.losses {
    requires transitive io.github.segloss;

    exports io.github.segloss.losses;
    exports io.github.segloss.maps;
    exports io.github.segloss.metrics;

    provides io.github.segloss.loss.LossProvider with
            io.github.segloss.losses.PaperLosses;
}
