package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What nft's language cannot express, in addition to {@link NftLimits}. */
final class NftScriptLimits {

    /** {@code string} of nft's scanner, without the characters that only file names may have. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");

    /** A comment is a quoted string without escapes. */
    private static final Pattern UNQUOTABLE = Pattern.compile("[\\p{Cntrl}\"]");

    /** {@link NftRuleDecoder} reads nine digits. */
    private static final int MAX_RATE = 999_999_999;

    private NftScriptLimits() {}

    /** @param managed the name of the table that the backend was opened for */
    static Optional<String> validate(Operation operation, String managed) {
        return NftLimits.validate(operation).or(() -> {
            if (operation.subject() instanceof NftElement element) {
                return table(element.table(), managed).or(() -> name(element.set()));
            }
            NftTable table = (NftTable) operation.subject();
            boolean delete = operation.verb() == Verb.DELETE;
            return table(table.name(), managed).or(() -> delete ? Optional.empty() : content(table));
        });
    }

    private static Optional<String> table(String table, String managed) {
        return unless(table.equals(managed), "the backend was opened for the table " + managed + ", not for " + table)
                .or(() -> name(table));
    }

    private static Optional<String> content(NftTable table) {
        List<NftRule> rules =
                table.chains().stream().flatMap(chain -> chain.rules().stream()).toList();
        Stream<String> names = Stream.of(
                        table.sets().stream().map(set -> set.name()),
                        table.chains().stream().map(chain -> chain.name()),
                        rules.stream()
                                .flatMap(rule -> rule.statements().stream())
                                .flatMap(NftScriptLimits::references))
                .flatMap(some -> some);
        return first(
                Stream.concat(names.map(NftScriptLimits::name), rules.stream().map(NftScriptLimits::rule)));
    }

    /** The names of sets and chains that a statement refers to. */
    private static Stream<String> references(NftStatement statement) {
        if (statement instanceof NftStatement.Lookup lookup) {
            return Stream.of(lookup.set());
        }
        if (statement instanceof NftStatement.Rewrite rewrite) {
            return Stream.of(rewrite.map());
        }
        if (statement instanceof NftStatement.RateOverByKey rate) {
            return Stream.of(rate.set());
        }
        if (statement instanceof NftStatement.Jump jump) {
            return Stream.of(jump.chain());
        }
        return statement instanceof NftStatement.Goto to ? Stream.of(to.chain()) : Stream.empty();
    }

    private static Optional<String> rule(NftRule rule) {
        return unless(!UNQUOTABLE.matcher(rule.comment()).find(), "a comment cannot have \" or control characters")
                .or(() -> unless(!rule.statements().isEmpty(), "a rule needs a statement"))
                .or(() -> first(rule.statements().stream().map(NftScriptLimits::rate)));
    }

    private static Optional<String> rate(NftStatement statement) {
        if (statement instanceof NftStatement.RateOverByKey byKey) {
            return rate(byKey.rate());
        }
        return statement instanceof NftStatement.RateOver rate
                ? unless(
                        rate.packetsPerSecond() <= MAX_RATE && rate.burst() <= MAX_RATE,
                        "a rate and its burst can be at most " + MAX_RATE)
                : Optional.empty();
    }

    private static Optional<String> name(String name) {
        return unless(NAME.matcher(name).matches(), "nft cannot express the name '" + name + "'");
    }

    private static Optional<String> first(Stream<Optional<String>> reasons) {
        return reasons.flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> unless(boolean allowed, String reason) {
        return allowed ? Optional.empty() : Optional.of(reason);
    }
}
