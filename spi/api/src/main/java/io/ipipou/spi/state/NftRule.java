package io.ipipou.spi.state;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule.
 *
 * @param comment why it is there, at most 127 bytes of UTF-8; empty for none. A rule that counts has one of its own
 */
public record NftRule(String comment, List<NftStatement> statements) {

    public NftRule {
        statements = List.copyOf(statements);
    }

    /** As in nft's language. */
    @Override
    public String toString() {
        return statements.stream().map(NftStatement::toString).collect(Collectors.joining(" "))
                + (comment.isEmpty() ? "" : " comment \"" + comment + "\"");
    }
}
