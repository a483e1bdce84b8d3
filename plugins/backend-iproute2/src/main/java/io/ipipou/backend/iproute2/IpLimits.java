package io.ipipou.backend.iproute2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.EncapType;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.OuterHeader;
import io.ipipou.spi.state.Ports;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.Optional;

/** What {@code ip} cannot express, or what would end a batch without naming the line that failed. */
final class IpLimits {

    private static final int MAX_UINT8 = 255;

    /** IFALIASZ of linux/if.h without the closing NUL. */
    private static final int MAX_ALIAS_BYTES = 255;

    private IpLimits() {}

    static Optional<String> validate(Operation operation) {
        Resource subject = operation.subject();
        boolean delete = operation.verb() == Verb.DELETE;
        if (operation.verb() == Verb.UPDATE && !changesInPlace(operation)) {
            return Optional.of(
                    "the kernel cannot make this change to a " + subject.id().kind() + " in place");
        }
        if (subject instanceof IpipLink link) {
            return delete ? name(link.name()) : link(link);
        }
        if (subject instanceof LinkAddress address) {
            return address(address);
        }
        if (subject instanceof Route route) {
            return route(route);
        }
        if (subject instanceof FouListener listener) {
            return listener(listener);
        }
        return Optional.of("iproute2 has no command for a " + subject.id().kind());
    }

    private static boolean changesInPlace(Operation operation) {
        Resource before = operation.before().orElseThrow();
        Resource after = operation.after().orElseThrow();
        return (before instanceof IpipLink
                        && after instanceof IpipLink
                        && before.id().equals(after.id()))
                || (before instanceof Route from
                        && after instanceof Route to
                        && from.key().equals(to.key()));
    }

    private static Optional<String> name(LinkName name) {
        String text = name.value();
        if (text.getBytes(UTF_8).length > LinkName.MAX_LENGTH) {
            return Optional.of("the name " + text + " is longer than " + LinkName.MAX_LENGTH + " bytes");
        }
        return BatchWord.validate(text).map(reason -> "the name " + text + " " + reason);
    }

    private static Optional<String> link(IpipLink link) {
        OuterHeader outer = link.outer();
        String alias = link.mark().alias();
        return name(link.name())
                .or(() -> outer.device().flatMap(IpLimits::name))
                .or(() -> BatchWord.validate(alias).map(reason -> "the alias " + alias + " " + reason))
                .or(() -> unless(alias.getBytes(UTF_8).length <= MAX_ALIAS_BYTES, "the alias is longer than 255 bytes"))
                .or(() -> unless(link.mark().group() >= 0, "ip accepts a group up to 2147483647"))
                .or(() -> unless(isUint8(outer.ttl()), "a TTL must be 0..255"))
                .or(() -> unless(isUint8(outer.tos()), "a TOS must be 0..255"))
                .or(() -> unless(outer.ttl() == 0 || outer.pmtudisc(), "a fixed TTL requires path MTU discovery"))
                .or(() -> encap(link.encap()));
    }

    private static Optional<String> encap(Encap encap) {
        return unless(encap.type() != EncapType.MPLS, "ip cannot create an IPIP link with MPLS encapsulation")
                .or(() -> unless(isPort(encap.sourcePort()), "a UDP source port must be 0..65535"))
                .or(() -> unless(isPort(encap.destinationPort()), "a UDP destination port must be 0..65535"));
    }

    private static Optional<String> address(LinkAddress address) {
        String label = address.label();
        int prefix = address.prefixLength();
        return name(address.link())
                .or(() -> unless(prefix > 0 && prefix <= Integer.SIZE, "ip accepts a prefix length of 1..32"))
                .or(() -> BatchWord.validate(label).map(reason -> "the label " + label + " " + reason))
                .or(() -> unless(
                        !label.isEmpty() && label.getBytes(UTF_8).length <= LinkName.MAX_LENGTH,
                        "a label must have 1..15 bytes"));
    }

    private static Optional<String> route(Route route) {
        return unless(route.device().isPresent(), "a route needs a device")
                .or(() -> route.device().flatMap(IpLimits::name))
                .or(() -> unless(isUint8(route.protocol()), "a route's protocol must be 0..255"));
    }

    private static Optional<String> listener(FouListener listener) {
        int protocol = listener.protocol();
        return unless(listener.gue() || (protocol > 0 && isUint8(protocol)), "a listener's IP protocol must be 1..255")
                .or(() -> listener.device().flatMap(BatchWord::validate).map(reason -> "the device name " + reason));
    }

    private static boolean isUint8(int value) {
        return value >= 0 && value <= MAX_UINT8;
    }

    private static boolean isPort(int value) {
        return value >= 0 && value <= Ports.MAX;
    }

    private static Optional<String> unless(boolean allowed, String reason) {
        return allowed ? Optional.empty() : Optional.of(reason);
    }
}
