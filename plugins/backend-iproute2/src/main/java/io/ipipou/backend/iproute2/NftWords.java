package io.ipipou.backend.iproute2;

import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import java.util.ArrayList;
import java.util.List;

/** What is written in other words than the records themselves have for it. */
final class NftWords {

    private NftWords() {}

    static String rule(NftRule rule) {
        List<String> words = new ArrayList<>();
        rule.statements().forEach(statement -> words.add(statement(statement)));
        if (!rule.comment().isEmpty()) {
            words.add("comment \"" + rule.comment() + "\"");
        }
        return String.join(" ", words);
    }

    private static String statement(NftStatement statement) {
        if (statement instanceof NftStatement.Compare compare
                && (compare.field() == NftField.IP_SADDR || compare.field() == NftField.IP_DADDR)) {
            return compare.field() + " " + compare.relation() + " " + new Ipv4(compare.value());
        }
        return statement.toString();
    }
}
