package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What cannot be said to {@code nft}, or would not be read back as it was written. */
final class NftLimits {

    /** {@code string} of nft's scanner, without the characters that it takes only for file names. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\"]");

    /** NFTNL_UDATA_COMMENT_MAXLEN without the closing NUL. */
    private static final int MAX_COMMENT_BYTES = 127;

    private static final int MAX_QUEUE = 65535;
    private static final int MAX_RATE = 999_999_999;

    private NftLimits() {}

    /** @param ours the name of the table that the backend was opened for */
    static Optional<String> whyNot(Operation operation, String ours) {
        Resource subject = operation.subject();
        Optional<Resource> before = operation.before();
        if (subject instanceof NftTable table) {
            return unless(table.name().equals(ours), "only the table " + ours + " is written here")
                    .or(() -> unless(
                            before.stream().allMatch(NftTable.class::isInstance), "only a table can be made a table"))
                    .or(() -> operation.verb() == Verb.DELETE ? name(ours) : table(table));
        }
        NftElement element = (NftElement) subject;
        return unless(element.table().equals(ours), "only the table " + ours + " is written here")
                .or(() -> unless(
                        before.stream().allMatch(old -> old.id().equals(element.id())),
                        "an element's key cannot be changed in place"))
                .or(() -> name(ours))
                .or(() -> name(element.set()))
                .or(() -> element.timeout().flatMap(NftLimits::time));
    }

    private static Optional<String> table(NftTable table) {
        Stream<Optional<String>> sets = table.sets().stream().map(NftLimits::set);
        Stream<Optional<String>> chains = table.chains().stream().map(NftLimits::chain);
        return first(Stream.concat(Stream.of(name(table.name())), Stream.concat(sets, chains)));
    }

    private static Optional<String> first(Stream<Optional<String>> reasons) {
        return reasons.flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> set(NftSet set) {
        return name(set.name())
                .or(() -> set.meter().flatMap(meter -> unless(meter.size() > 0, "a meter's size is above 0")))
                .or(() -> set.meter().flatMap(meter -> time(meter.timeout())));
    }

    private static Optional<String> time(Duration time) {
        return unless(
                time.toMillis() > 0 && time.equals(Duration.ofMillis(time.toMillis())),
                "a timeout is some whole milliseconds");
    }

    private static Optional<String> chain(NftChain chain) {
        return name(chain.name())
                .or(() -> chain.base()
                        .flatMap(base -> unless(
                                List.of("filter", "nat", "route").contains(base.type()),
                                "there is no type of chain " + base.type())))
                .or(() -> first(chain.rules().stream().map(NftLimits::rule)));
    }

    private static Optional<String> rule(NftRule rule) {
        return unless(
                        rule.comment().getBytes(UTF_8).length <= MAX_COMMENT_BYTES,
                        "a comment has at most " + MAX_COMMENT_BYTES + " bytes")
                .or(() -> unless(
                        !CONTROL.matcher(rule.comment()).find(), "a comment has no \" and no control characters"))
                .or(() -> unless(!rule.statements().isEmpty(), "a rule does something"))
                .or(() -> first(rule.statements().stream().map(NftLimits::statement)));
    }

    private static Optional<String> statement(NftStatement statement) {
        if (statement instanceof NftStatement.Compare compare) {
            return value(compare);
        }
        if (statement instanceof NftStatement.Lookup lookup) {
            return name(lookup.set());
        }
        if (statement instanceof NftStatement.Rewrite rewrite) {
            boolean address = rewrite.field() == NftField.IP_SADDR || rewrite.field() == NftField.IP_DADDR;
            return unless(address, "only addresses are rewritten").or(() -> name(rewrite.map()));
        }
        if (statement instanceof NftStatement.RateOver rate) {
            return rate(rate);
        }
        if (statement instanceof NftStatement.RateOverByKey rate) {
            return name(rate.set()).or(() -> rate(rate.rate()));
        }
        if (statement instanceof NftStatement.Queue queue) {
            return unless(queue.number() >= 0 && queue.number() <= MAX_QUEUE, "a queue's number is 0..65535");
        }
        if (statement instanceof NftStatement.Jump jump) {
            return name(jump.chain());
        }
        if (statement instanceof NftStatement.Goto go) {
            return name(go.chain());
        }
        return unless(
                !(statement instanceof NftStatement.Unknown), "this is not a statement that is written: " + statement);
    }

    private static Optional<String> value(NftStatement.Compare compare) {
        long value = Integer.toUnsignedLong(compare.value());
        long max =
                switch (compare.field()) {
                    case L4PROTO -> 0xff;
                    case IP_SADDR, IP_DADDR -> 0xffff_ffffL;
                    case TH_SPORT, TH_DPORT, UDP_LENGTH, INNER_LENGTH -> 0xffff;
                    case INNER_VERSION -> 0xf;
                };
        return unless(value <= max, compare.field() + " cannot be " + value);
    }

    private static Optional<String> rate(NftStatement.RateOver rate) {
        return unless(
                rate.packetsPerSecond() > 0
                        && rate.packetsPerSecond() <= MAX_RATE
                        && rate.burst() > 0
                        && rate.burst() <= MAX_RATE,
                "a rate and its burst are 1.." + MAX_RATE);
    }

    private static Optional<String> name(String name) {
        return unless(NAME.matcher(name).matches(), "nft takes no name like " + name);
    }

    private static Optional<String> unless(boolean fine, String why) {
        return fine ? Optional.empty() : Optional.of(why);
    }
}
