package io.github.segloss.vector;

/**
 * What a pass runs on its tiles.
 *
 * @param whole the steps or loops for tiles of whole rounds of generated loops
 * @param ragged those for the few pixels at the ragged end of an image
 */
record TileCode(Step[] whole, Step[] ragged) {
    /** The same for all tiles. */
    TileCode(Step[] all) {
        this(all, all);
    }
}
