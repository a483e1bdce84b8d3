package io.ipipou.testbed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measurements by number of tunnels, step and column. Their medians are printed as one table for each number of tunnels. */
final class Figures {

    private record Cell(int tunnels, String step, String column) {}

    private final Map<Cell, List<Double>> cells = new LinkedHashMap<>();

    /** Adds a value, and prints it on standard error, since the larger tables take minutes. */
    void put(int tunnels, String step, String column, double value) {
        System.err.printf("  ... %d tunnels, %s, %s: %.3f%n", tunnels, column, step.strip(), value);
        cells.computeIfAbsent(new Cell(tunnels, step, column), cell -> new ArrayList<>())
                .add(value);
    }

    /** The value that this percentage of the values is below; 50 for the median. */
    static double percentile(List<Double> values, int percent) {
        return values.stream().sorted().toList().get(Math.min(values.size() - 1, values.size() * percent / 100));
    }

    /** Prints a ratio and whether it is at most the limit. */
    static void printRatio(String what, double value, double limit) {
        System.out.printf(
                "    %-46s %6.3f  (at most %.2f: %s)%n", what, value, limit, value <= limit ? "reached" : "MISSED");
    }

    double get(int tunnels, String step, String column) {
        return find(tunnels, step, column).orElseThrow();
    }

    private Optional<Double> find(int tunnels, String step, String column) {
        return Optional.ofNullable(cells.get(new Cell(tunnels, step, column))).map(values -> percentile(values, 50));
    }

    void print(int tunnels) {
        Set<String> steps = new LinkedHashSet<>();
        Set<String> columns = new LinkedHashSet<>();
        cells.keySet().stream().filter(cell -> cell.tunnels() == tunnels).forEach(cell -> {
            steps.add(cell.step());
            columns.add(cell.column());
        });
        StringBuilder table = new StringBuilder("\n%-36s".formatted("%d tunnels, seconds".formatted(tunnels)));
        columns.forEach(column -> table.append("%18s".formatted(column)));
        for (String step : steps) {
            table.append("\n  %-34s".formatted(step));
            columns.forEach(column -> table.append("%18s"
                    .formatted(
                            find(tunnels, step, column).map("%.3f"::formatted).orElse("-"))));
        }
        System.out.println(table);
    }
}
