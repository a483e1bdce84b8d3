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
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.Optional;

/** What cannot be said to {@code ip}, or would make it give up a whole batch without telling which line it was. */
final class IpLimits {

    private static final int MAX_PORT = 65535;
    private static final int MAX_OCTET = 255;

    /** IFALIASZ of linux/if.h without the closing NUL. */
    private static final int MAX_ALIAS_BYTES = 255;

    private IpLimits() {}

    static Optional<String> whyNot(Operation operation) {
        Resource subject = operation.subject();
        boolean delete = operation.verb() == Verb.DELETE;
        if (operation.verb() == Verb.UPDATE && !changesInPlace(operation)) {
            return Optional.of("the kernel does not change a " + subject.id().kind() + " into this in place");
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
        return Optional.of("iproute2 has nothing for a " + subject.id().kind());
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
        return BatchWord.whyNot(text).map(why -> "the name " + text + " " + why);
    }

    private static Optional<String> link(IpipLink link) {
        OuterHeader outer = link.outer();
        String alias = link.mark().alias();
        return name(link.name())
                .or(() -> outer.device().flatMap(IpLimits::name))
                .or(() -> BatchWord.whyNot(alias).map(why -> "the alias " + alias + " " + why))
                .or(() -> unless(alias.getBytes(UTF_8).length <= MAX_ALIAS_BYTES, "the alias is longer than 255 bytes"))
                .or(() -> unless(link.mark().group() >= 0, "ip takes no group above 2147483647"))
                .or(() -> unless(isOctet(outer.ttl()), "a TTL is 0..255"))
                .or(() -> unless(isOctet(outer.tos()), "a TOS is 0..255"))
                .or(() -> unless(outer.ttl() == 0 || outer.pmtudisc(), "a fixed TTL needs path MTU discovery"))
                .or(() -> encap(link.encap()));
    }

    private static Optional<String> encap(Encap encap) {
        return unless(encap.type() != EncapType.MPLS, "ip has no encapsulation in MPLS for IPIP links")
                .or(() -> unless(isPort(encap.sourcePort()), "a UDP source port is 0..65535"))
                .or(() -> unless(isPort(encap.destinationPort()), "a UDP destination port is 0..65535"));
    }

    private static Optional<String> address(LinkAddress address) {
        String label = address.label();
        int prefix = address.prefixLength();
        return name(address.link())
                .or(() -> unless(prefix > 0 && prefix <= Integer.SIZE, "ip takes a prefix length of 1..32"))
                .or(() -> BatchWord.whyNot(label).map(why -> "the label " + label + " " + why))
                .or(() -> unless(
                        !label.isEmpty() && label.getBytes(UTF_8).length <= LinkName.MAX_LENGTH,
                        "a label has 1..15 bytes"));
    }

    private static Optional<String> route(Route route) {
        return unless(route.device().isPresent(), "a route needs a device here")
                .or(() -> route.device().flatMap(IpLimits::name))
                .or(() -> unless(isOctet(route.protocol()), "a route's protocol is 0..255"));
    }

    private static Optional<String> listener(FouListener listener) {
        int protocol = listener.protocol();
        return unless(listener.gue() || (protocol > 0 && isOctet(protocol)), "a listener's IP protocol is 1..255")
                .or(() -> listener.device().flatMap(BatchWord::whyNot).map(why -> "the device's name " + why));
    }

    private static boolean isOctet(int value) {
        return value >= 0 && value <= MAX_OCTET;
    }

    private static boolean isPort(int value) {
        return value >= 0 && value <= MAX_PORT;
    }

    private static Optional<String> unless(boolean fine, String why) {
        return fine ? Optional.empty() : Optional.of(why);
    }
}
