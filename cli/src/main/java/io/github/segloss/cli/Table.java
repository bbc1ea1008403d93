package io.github.segloss.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in columns: the first to the left, the others to the right unless said otherwise. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final int leftColumns;

    private Table(int leftColumns, String... header) {
        this.leftColumns = leftColumns;
        rows.add(List.of(header));
    }

    /** {@return a table with a header; the given number of columns is aligned to the left} */
    static Table of(int leftColumns, String... header) {
        return new Table(leftColumns, header);
    }

    /** Adds a row with one cell for each column. */
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(widths[c] - row.get(c).length());
                line.append(c == 0 ? "" : "  ")
                        .append(c < leftColumns ? row.get(c) + padding : padding + row.get(c));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
