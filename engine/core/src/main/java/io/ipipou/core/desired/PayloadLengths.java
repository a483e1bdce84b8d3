package io.ipipou.core.desired;

import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftStatement.Compare;
import io.ipipou.spi.state.NftStatement.Relation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A range of UDP payload lengths that authentication packets can have, in bytes, both ends included. */
record PayloadLengths(int min, int max) {

    private static final int UDP_HEADER = 8;

    /** The ranges of the shapes that do not name a source, sorted, each once. */
    static List<PayloadLengths> of(Collection<PacketShape> shapes) {
        return shapes.stream()
                .filter(shape -> shape.address().isEmpty() && shape.port().isEmpty())
                .map(shape -> new PayloadLengths(shape.minLength(), shape.maxLength()))
                .distinct()
                .sorted(Comparator.comparing(PayloadLengths::min).thenComparing(PayloadLengths::max))
                .toList();
    }

    /** The shortest range that contains all of these; empty without any. */
    static Optional<PayloadLengths> span(List<PayloadLengths> ranges) {
        return ranges.stream().reduce((a, b) -> new PayloadLengths(Math.min(a.min, b.min), Math.max(a.max, b.max)));
    }

    /** Statements that only packets of these lengths pass. */
    List<NftStatement> match() {
        return min == max
                ? List.of(new Compare(NftField.UDP_LENGTH, Relation.EQUAL, UDP_HEADER + min))
                : List.of(
                        new Compare(NftField.UDP_LENGTH, Relation.AT_LEAST, UDP_HEADER + min),
                        new Compare(NftField.UDP_LENGTH, Relation.AT_MOST, UDP_HEADER + max));
    }
}
