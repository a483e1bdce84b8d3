package io.ipipou.spi.backend;

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
import java.util.Set;
import java.util.stream.Stream;

/** Limits of nftables that every backend has: what the kernel refuses, or does not read back as it was written. */
public final class NftLimits {

    /** NFT_NAME_MAXLEN without the closing NUL. */
    private static final int MAX_NAME_BYTES = 255;

    /** NFTNL_UDATA_COMMENT_MAXLEN without the closing NUL. */
    private static final int MAX_COMMENT_BYTES = 127;

    /** NFT_REG32_COUNT. */
    private static final int MAX_KEY_PARTS = 16;

    private static final int MAX_QUEUE = 0xffff;

    /** The types of base chain in the family {@code ip}. */
    private static final Set<String> CHAIN_TYPES = Set.of("filter", "nat", "route");

    private NftLimits() {}

    /**
     * Why no backend can carry out an operation on a table or element.
     *
     * @return empty if one can, or if the operation is on another kind of object
     */
    public static Optional<String> validate(Operation operation) {
        Resource subject = operation.subject();
        if (!operation.before().map(Resource::id).orElse(subject.id()).equals(subject.id())) {
            return Optional.of("neither a table's name nor an element's key can be changed in place");
        }
        if (operation.verb() == Verb.DELETE) {
            return Optional.empty();
        }
        if (subject instanceof NftTable table) {
            return table(table);
        }
        return subject instanceof NftElement element ? element(element) : Optional.empty();
    }

    private static Optional<String> table(NftTable table) {
        return first(Stream.of(
                        Stream.of(name(table.name())),
                        table.sets().stream().map(NftLimits::set),
                        table.chains().stream().map(NftLimits::chain))
                .flatMap(reasons -> reasons));
    }

    private static Optional<String> name(String name) {
        int bytes = name.getBytes(UTF_8).length;
        return unless(
                bytes > 0 && bytes <= MAX_NAME_BYTES, "a name has 1.." + MAX_NAME_BYTES + " bytes: '" + name + "'");
    }

    private static Optional<String> set(NftSet set) {
        return name(set.name())
                .or(() -> unless(set.key().size() <= MAX_KEY_PARTS, "the key of set " + set.name() + " is too long"))
                .or(() -> set.meter().flatMap(NftLimits::meter))
                .or(() -> unless(set.meter().isEmpty() || set.data().isEmpty(), "a meter cannot be a map"));
    }

    private static Optional<String> meter(NftSet.Meter meter) {
        return unless(meter.size() > 0, "the size of a meter must be at least 1")
                .or(() -> timeout(meter.timeout()));
    }

    private static Optional<String> timeout(Duration timeout) {
        return unless(
                timeout.toMillis() > 0 && timeout.equals(Duration.ofMillis(timeout.toMillis())),
                "a timeout must be at least 1 ms, in whole milliseconds");
    }

    private static Optional<String> chain(NftChain chain) {
        return name(chain.name())
                .or(() -> chain.base()
                        .flatMap(base -> unless(
                                CHAIN_TYPES.contains(base.type()), "there is no chain type '" + base.type() + "'")))
                .or(() -> first(chain.rules().stream().map(NftLimits::rule)));
    }

    private static Optional<String> rule(NftRule rule) {
        int bytes = rule.comment().getBytes(UTF_8).length;
        return unless(
                        bytes <= MAX_COMMENT_BYTES,
                        "a rule's comment has " + bytes + " bytes, and at most " + MAX_COMMENT_BYTES + " are possible")
                .or(() -> first(rule.statements().stream()
                        .map(statement -> unless(isWritable(statement), "a rule cannot have '" + statement + "'"))));
    }

    private static boolean isWritable(NftStatement statement) {
        if (statement instanceof NftStatement.Compare compare) {
            return Integer.toUnsignedLong(compare.value()) <= maxValue(compare.field());
        }
        if (statement instanceof NftStatement.Lookup lookup) {
            return isKey(lookup.key());
        }
        if (statement instanceof NftStatement.Rewrite rewrite) {
            boolean address = rewrite.field() == NftField.IP_SADDR || rewrite.field() == NftField.IP_DADDR;
            return address && isKey(rewrite.key());
        }
        if (statement instanceof NftStatement.RateOver rate) {
            return rate.packetsPerSecond() > 0 && rate.burst() > 0; // the kernel makes a burst of 0 one of 5
        }
        if (statement instanceof NftStatement.RateOverByKey rate) {
            return isKey(rate.key()) && isWritable(rate.rate());
        }
        if (statement instanceof NftStatement.Queue queue) {
            return queue.number() >= 0 && queue.number() <= MAX_QUEUE;
        }
        return !(statement instanceof NftStatement.Unknown);
    }

    private static long maxValue(NftField field) {
        return switch (field) {
            case L4PROTO -> 0xff;
            case IP_SADDR, IP_DADDR -> 0xffff_ffffL;
            case TH_SPORT, TH_DPORT, UDP_LENGTH, INNER_LENGTH -> 0xffff;
            case INNER_VERSION -> 0xf;
        };
    }

    /** {@link NftField#INNER_VERSION} has 4 bits; only whole bytes can be looked up. */
    private static boolean isKey(List<NftField> key) {
        return !key.isEmpty() && key.size() <= MAX_KEY_PARTS && !key.contains(NftField.INNER_VERSION);
    }

    private static Optional<String> element(NftElement element) {
        return unless(
                        !element.key().isEmpty() && element.key().size() <= MAX_KEY_PARTS,
                        "the key of an element has 1.." + MAX_KEY_PARTS + " parts")
                .or(() -> element.timeout().flatMap(NftLimits::timeout));
    }

    private static Optional<String> first(Stream<Optional<String>> reasons) {
        return reasons.flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> unless(boolean allowed, String reason) {
        return allowed ? Optional.empty() : Optional.of(reason);
    }
}
