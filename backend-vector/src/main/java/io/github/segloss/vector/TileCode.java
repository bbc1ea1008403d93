package io.github.segloss.vector;

/**
 * What a pass runs on its tiles.
 *
 * @param whole the steps or loops for tiles of whole rounds of generated loops
 * @param ragged those for the few pixels at the ragged end of an image
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
record TileCode(Step[] whole, Step[] ragged) {}
