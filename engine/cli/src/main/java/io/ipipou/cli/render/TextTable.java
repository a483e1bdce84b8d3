package io.ipipou.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of cells in columns as wide as needed, with lines of text between them. */
final class TextTable {

    private record Line(List<String> cells, String text) {}

    private final List<Line> lines = new ArrayList<>();

    void row(List<String> cells) {
        lines.add(new Line(List.copyOf(cells), ""));
    }

    /** A line below the last row, indented. */
    void detail(String text) {
        lines.add(new Line(List.of(), "  " + text));
    }

    @Override
    public String toString() {
        int[] widths = new int
                [lines.stream().mapToInt(line -> line.cells().size()).max().orElse(0)];
        for (Line line : lines) {
            Arrays.setAll(
                    widths,
                    i -> i < line.cells().size()
                            ? Math.max(widths[i], line.cells().get(i).length())
                            : widths[i]);
        }
        StringBuilder out = new StringBuilder();
        for (Line line : lines) {
            StringBuilder row = new StringBuilder(line.text());
            for (int i = 0; i < line.cells().size(); i++) {
                row.append(("%-" + (widths[i] + 2) + "s").formatted(line.cells().get(i)));
            }
            out.append(row.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
