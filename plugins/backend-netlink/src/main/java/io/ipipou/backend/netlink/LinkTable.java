package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.Reply;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.LinkName;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kernel's current links, as far as the operations concern them. */
final class LinkTable {

    /** Up to this many links are requested by name, in one send; the replies fit a receive buffer of any size. */
    private static final int FEW = 16;

    private final NetlinkConnection rtnetlink;
    private final Map<LinkName, LinkMessage> links = new HashMap<>();

    LinkTable(NetlinkConnection rtnetlink) {
        this.rtnetlink = rtnetlink;
    }

    /** Reads these links, in one or a few round trips however many they are. */
    void refresh(Set<LinkName> names) throws BackendException {
        if (names.size() > FEW) {
            refreshAll();
        } else if (!names.isEmpty()) {
            read(List.copyOf(names));
        }
    }

    Collection<LinkMessage> refreshAll() throws BackendException {
        links.clear();
        for (LinkMessage link : rtnetlink.dump(Links.ALL)) {
            links.put(Links.name(link), link);
        }
        return links.values();
    }

    private void read(List<LinkName> names) throws BackendException {
        List<Request> requests =
                names.stream().map(name -> LinkRequest.get(name.value())).toList();
        names.forEach(links::remove);
        for (Reply<LinkMessage> reply : rtnetlink.get(requests, LinkMessage::decode)) {
            if (reply.ack().refused() && !reply.ack().is(Errno.ENODEV)) {
                throw new BackendException("reading links", reply.ack().refusal());
            }
            // By its primary name, since the kernel also finds a link by an alternative one.
            reply.value().ifPresent(link -> links.put(Links.name(link), link));
        }
    }

    void forget(LinkName name) {
        links.remove(name);
    }

    Optional<LinkMessage> find(LinkName name) {
        return Optional.ofNullable(links.get(name));
    }

    Optional<Integer> index(LinkName name) {
        return find(name).map(LinkMessage::index);
    }
}
