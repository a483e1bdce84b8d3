package io.ipipou.backend.iproute2;

import io.ipipou.backend.iproute2.Batch.Line;
import io.ipipou.backend.iproute2.Batch.Step;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Consecutive deletions of links, carried out by deleting a link group that contains only them.
 *
 * @param first the first step
 * @param last the last step
 * @param moving whether the links must be moved into the group first
 */
record BulkDelete(int first, int last, int group, boolean moving) {

    /**
     * The least number that is worth another process: the kernel waits for an RCU grace period at every single
     * deletion, and once for a group.
     */
    private static final int MIN = 8;

    /** The longest run of deletions; empty if it is too short. */
    static Optional<BulkDelete> find(List<Step> steps, Map<LinkName, Integer> groups) {
        int first = 0;
        int longest = 0;
        int length = 0;
        for (int i = 0; i < steps.size(); i++) {
            length = steps.get(i).deletesLink() ? length + 1 : 0;
            if (length > longest) {
                longest = length;
                first = i - length + 1;
            }
        }
        return longest < MIN ? Optional.empty() : Optional.of(of(steps, first, first + longest - 1, groups));
    }

    private static BulkDelete of(List<Step> steps, int first, int last, Map<LinkName, Integer> groups) {
        Set<LinkName> names = names(steps, first, last);
        int group = groups.getOrDefault(steps.get(first).link(), 0);
        boolean exclusive = group > 0
                && groups.entrySet().stream()
                        .allMatch(entry -> (entry.getValue() == group) == names.contains(entry.getKey()));
        boolean othersMayJoin = steps.subList(0, first).stream()
                .flatMap(step -> step.operation().after().stream())
                .anyMatch(IpipLink.class::isInstance);
        return exclusive && !othersMayJoin
                ? new BulkDelete(first, last, group, false)
                : new BulkDelete(first, last, unusedGroup(steps, groups), true);
    }

    private static int unusedGroup(List<Step> steps, Map<LinkName, Integer> groups) {
        Set<Integer> used = new HashSet<>(groups.values());
        steps.stream().flatMap(step -> step.operation().after().stream()).forEach(after -> {
            if (after instanceof IpipLink link) {
                used.add(link.mark().group());
            }
        });
        return IntStream.iterate(Mark.GROUP + 1, group -> group + 1)
                .filter(group -> !used.contains(group))
                .findFirst()
                .orElseThrow();
    }

    Set<LinkName> names(List<Step> steps) {
        return names(steps, first, last);
    }

    private static Set<LinkName> names(List<Step> steps, int first, int last) {
        return steps.subList(first, last + 1).stream().map(Step::link).collect(Collectors.toSet());
    }

    /** The lines that move the links into the group. */
    List<Line> moves(List<Step> steps) {
        return moving
                ? IntStream.rangeClosed(first, last)
                        .mapToObj(i -> new Line(
                                LinkCommands.moveToGroup(group, steps.get(i).link()), i, i))
                        .toList()
                : List.of();
    }

    /** A line that belongs to all the deletions. */
    Line line(String text) {
        return new Line(text, first, last);
    }
}
