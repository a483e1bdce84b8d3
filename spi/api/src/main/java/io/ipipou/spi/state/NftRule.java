package io.ipipou.spi.state;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule.
 *
 * @param comment at most 127 bytes of UTF-8, empty for none; unique among the table's rules with a counter
 */
public record NftRule(String comment, List<NftStatement> statements) {

    public NftRule {
        statements = List.copyOf(statements);
    }

    /** In nft's syntax. */
    @Override
    public String toString() {
        return statements.stream().map(NftStatement::toString).collect(Collectors.joining(" "))
                + (comment.isEmpty() ? "" : " comment \"" + comment + "\"");
    }
}
