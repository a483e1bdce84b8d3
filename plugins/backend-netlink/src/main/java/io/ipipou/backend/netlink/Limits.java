package io.ipipou.backend.netlink;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Operations that this backend, or any kernel, cannot carry out. */
final class Limits {

    /** IFALIASZ of linux/if.h without the terminating NUL. */
    private static final int ALIAS_BYTES = 255;

    /** In /proc/sys/net/ipv4/conf these directories are not links. */
    private static final Set<String> RESERVED = Set.of("all", "default");

    private Limits() {}

    /** Whether the operation is on an nftables table or an element. */
    static boolean isNft(Operation operation) {
        return operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
    }

    /** @return why the operation is impossible, empty if it is possible */
    static Optional<String> validate(Operation operation) {
        Resource subject = operation.subject();
        boolean update = operation.verb() == Verb.UPDATE;
        if (subject instanceof IpipLink link) {
            return link(link)
                    .or(() -> operation.before().flatMap(before -> change((IpipLink) before, link)))
                    .or(() -> operation.verb() == Verb.CREATE ? reserved(link.name()) : Optional.empty());
        }
        if (subject instanceof LinkAddress address) {
            return update
                    ? Optional.of("an address cannot be changed in place: delete it and create the new one")
                    : tooLong("the label", address.label(), LinkName.MAX_LENGTH);
        }
        if (subject instanceof FouListener) {
            return update
                    ? Optional.of("a FOU port cannot be changed in place: delete it and create the new one")
                    : Optional.empty();
        }
        if (subject instanceof Route route) {
            return route(route).or(() -> operation.before().flatMap(before -> change((Route) before, route)));
        }
        return Optional.of("the netlink backend does not support objects of kind "
                + operation.id().kind());
    }

    private static Optional<String> link(IpipLink link) {
        return tooLong("the alias", link.mark().alias(), ALIAS_BYTES);
    }

    private static Optional<String> reserved(LinkName name) {
        return RESERVED.contains(name.value())
                ? Optional.of("the kernel reserves the link name " + name + " (/proc/sys/net/ipv4/conf)")
                : Optional.empty();
    }

    private static Optional<String> change(IpipLink before, IpipLink after) {
        return before.name().equals(after.name())
                ? Optional.empty()
                : Optional.of("the netlink backend cannot rename links");
    }

    private static Optional<String> route(Route route) {
        return route.device().isEmpty()
                ? Optional.of("the netlink backend supports only routes with exactly one device")
                : Optional.empty();
    }

    private static Optional<String> change(Route before, Route after) {
        return before.key().equals(after.key())
                ? route(before)
                : Optional.of(
                        "a route's destination, metric and table cannot be changed in place: delete it and create the new one");
    }

    private static Optional<String> tooLong(String what, String text, int limit) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > limit
                ? Optional.of(what + " has " + bytes + " bytes in UTF-8; the kernel's limit is " + limit)
                : Optional.empty();
    }
}
