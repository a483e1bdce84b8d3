package io.ipipou.backend.netlink.nft;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.NftChain;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftField;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftStatement;
import io.ipipou.spi.state.NftTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tables and elements that cannot be written. */
final class NftLimits {

    /** NFT_NAME_MAXLEN without the closing NUL. */
    private static final int NAME_BYTES = 255;

    /** NFTNL_UDATA_COMMENT_MAXLEN without the closing NUL. */
    private static final int COMMENT_BYTES = 127;

    /** NFT_REG32_COUNT. */
    private static final int KEY_PARTS = 16;

    private static final int QUEUES = 1 << 16;

    private NftLimits() {}

    /** @return empty when it can be done, or is on something else */
    static Optional<String> refuses(Operation operation) {
        if (operation.before().isPresent()
                && operation.after().isPresent()
                && !isSame(operation.before().get(), operation.after().get())) {
            return Optional.of("neither a table's name nor an element's key is changed in place");
        }
        if (operation.verb() == Verb.DELETE) {
            return Optional.empty();
        }
        if (operation.subject() instanceof NftTable table) {
            return table(table).findFirst();
        }
        return operation.subject() instanceof NftElement element
                ? element(element).findFirst()
                : Optional.empty();
    }

    private static boolean isSame(Object before, Object after) {
        if (before instanceof NftElement old && after instanceof NftElement wanted) {
            return old.set().equals(wanted.set())
                    && old.table().equals(wanted.table())
                    && old.key().equals(wanted.key());
        }
        return !(before instanceof NftTable old)
                || (after instanceof NftTable wanted && old.name().equals(wanted.name()));
    }

    private static Stream<String> table(NftTable table) {
        Stream<String> names = Stream.of(
                        Stream.of(table.name()),
                        table.sets().stream().map(NftSet::name),
                        table.chains().stream().map(NftChain::name))
                .flatMap(each -> each)
                .flatMap(NftLimits::name);
        return Stream.of(
                        names,
                        table.sets().stream().flatMap(NftLimits::set),
                        table.chains().stream()
                                .flatMap(chain -> chain.rules().stream())
                                .flatMap(NftLimits::rule))
                .flatMap(each -> each);
    }

    private static Stream<String> name(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return bytes < 1 || bytes > NAME_BYTES ? Stream.of("not a name for nftables: '" + name + "'") : Stream.empty();
    }

    private static Stream<String> set(NftSet set) {
        boolean impossible = set.key().size() > KEY_PARTS
                || set.meter()
                        .filter(meter -> meter.size() < 1
                                || meter.timeout().toMillis() < 1
                                || set.data().isPresent())
                        .isPresent();
        return impossible
                ? Stream.of("the kernel takes no such set: " + set.name() + " { " + set + " }")
                : Stream.empty();
    }

    private static Stream<String> rule(NftRule rule) {
        int bytes = rule.comment().getBytes(StandardCharsets.UTF_8).length;
        Stream<String> comment = bytes > COMMENT_BYTES
                ? Stream.of("a rule's comment takes " + bytes + " bytes in UTF-8, and nftables takes " + COMMENT_BYTES)
                : Stream.empty();
        return Stream.concat(
                comment,
                rule.statements().stream()
                        .filter(statement -> !writable(statement))
                        .map(statement -> "the netlink backend cannot write '" + statement + "'"));
    }

    private static boolean writable(NftStatement statement) {
        if (statement instanceof NftStatement.Compare compare) {
            int bits = compare.field() == NftField.INNER_VERSION
                    ? PayloadField.VERSION_SHIFT
                    : Byte.SIZE * PayloadField.of(compare.field()).length();
            return bits == Integer.SIZE || compare.value() >>> bits == 0;
        } else if (statement instanceof NftStatement.Lookup lookup) {
            return writable(lookup.key());
        } else if (statement instanceof NftStatement.Rewrite rewrite) {
            return writable(rewrite.key()) && rewritable(rewrite.field());
        } else if (statement instanceof NftStatement.RateOver rate) {
            return rate.packetsPerSecond() > 0 && rate.burst() >= 0;
        } else if (statement instanceof NftStatement.RateOverByKey rate) {
            return writable(rate.key()) && writable(rate.rate());
        } else if (statement instanceof NftStatement.Queue queue) {
            return queue.number() >= 0 && queue.number() < QUEUES;
        }
        return !(statement instanceof NftStatement.Unknown);
    }

    private static boolean writable(List<NftField> key) {
        return !key.isEmpty() && key.size() <= KEY_PARTS && !key.contains(NftField.INNER_VERSION);
    }

    /** Whether the checksums over it can be mended. */
    static boolean rewritable(NftField field) {
        return field == NftField.IP_SADDR || field == NftField.IP_DADDR;
    }

    private static Stream<String> element(NftElement element) {
        boolean impossible = element.key().isEmpty()
                || element.key().size() > KEY_PARTS
                || element.timeout().filter(time -> time.toMillis() < 1).isPresent();
        return impossible
                ? Stream.of("the kernel takes no such element: " + element.id() + element.summary())
                : Stream.empty();
    }
}
