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

/** The links that writes are about, as the kernel has them at this moment. */
final class LinkTable {

    /** Up to so many links are asked for one by one, in one send; the answers fit a receive buffer of any size. */
    private static final int FEW = 16;

    private final NetlinkConnection route;
    private final Map<LinkName, LinkMessage> links = new HashMap<>();

    LinkTable(NetlinkConnection route) {
        this.route = route;
    }

    /** Looks these up, in one or a few round trips however many they are. */
    void refresh(Set<LinkName> names) throws BackendException {
        if (names.size() > FEW) {
            refreshAll();
        } else if (!names.isEmpty()) {
            ask(List.copyOf(names));
        }
    }

    Collection<LinkMessage> refreshAll() throws BackendException {
        links.clear();
        for (LinkMessage link : route.dump(Links.ALL)) {
            links.put(Links.name(link), link);
        }
        return links.values();
    }

    private void ask(List<LinkName> names) throws BackendException {
        List<Request> questions = names.stream()
                .map(name -> Request.get(LinkRequest.RTM_GETLINK, LinkRequest.named(name.value())))
                .toList();
        names.forEach(links::remove);
        for (Reply<LinkMessage> answer : route.get(questions, LinkMessage::decode)) {
            if (answer.ack().refused() && !answer.ack().is(Errno.ENODEV)) {
                throw new BackendException("looking up links", answer.ack().refusal());
            }
            // By its own name: the kernel also finds a link by an alternative one.
            answer.value().ifPresent(link -> links.put(Links.name(link), link));
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
