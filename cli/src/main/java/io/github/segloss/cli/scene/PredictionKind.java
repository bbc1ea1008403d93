package io.github.segloss.cli.scene;

/** What the numbers of a prediction are. */
public enum PredictionKind {
    /** Told by the file: see {@code segloss evaluate --help}. */
    AUTO,
    /** One label for each voxel. */
    LABELS,
    /** Probabilities; the greys of an 8 or 16-bit PNG or TIFF are scaled to [0, 1]. */
    PROBABILITIES,
    /** Logits. */
    LOGITS
}
