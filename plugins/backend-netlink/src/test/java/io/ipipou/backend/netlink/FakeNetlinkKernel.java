package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.backend.netlink.message.KernelSide;
import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.backend.netlink.message.RouteMessage;
import io.ipipou.backend.netlink.nft.Nftables;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.netlink.wire.MessageBody;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Mark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replies to netlink requests with the objects of a test. Writes are recorded and acknowledged or refused, but change nothing. */
final class FakeNetlinkKernel {

    static final int FOU = 32;
    private static final MessageBody FAMILY = KernelSide.encode(new GenlFamily(FOU, "fou"));

    final List<LinkMessage> links = new ArrayList<>();
    final List<AddressMessage> addresses = new ArrayList<>();
    final List<FouMessage> ports = new ArrayList<>();
    boolean fouLoaded = true;
    /** By message type and index of the write among those of its type: the ack that refuses it. */
    final Map<Integer, Map<Integer, Ack>> refusals = new HashMap<>();

    final List<NetlinkMessage> writes = new ArrayList<>();
    final ScriptedKernel socket = new ScriptedKernel();
    private int dumps;

    NetlinkBackend backend() throws BackendException {
        for (int i = 0; i < 1000; i++) {
            socket.onSend((kernel, sent) -> sent.forEach(this::handle));
        }
        return new NetlinkBackend(
                new NetlinkConnection(socket),
                new NetlinkConnection(socket),
                UdpPorts.open(),
                new Nftables(Optional.empty(), "ipipou"));
    }

    int dumps() {
        return dumps;
    }

    /** Adds a link that exists before the test. */
    void add(IpipLink link, int index) {
        LinkMessage message = Links.toMessage(link, index, 0);
        links.add(new LinkMessage(
                index,
                message.flags(),
                0,
                link.name().value(),
                message.mtu(),
                message.mark(),
                message.kind(),
                message.altNames(),
                message.ipip()));
    }

    void addDevice(String name, int index) {
        links.add(new LinkMessage(index, 1, 0, name, 1500, new Mark("", 0), "", List.of(), Optional.empty()));
    }

    void refuse(int type, int number, Errno errno) {
        refusals.computeIfAbsent(type, ignored -> new HashMap<>()).put(number, new Ack(errno.number(), ""));
    }

    List<Integer> writtenTypes() {
        return writes.stream().map(NetlinkMessage::type).toList();
    }

    private void handle(NetlinkMessage request) {
        if ((request.flags() & Nlmsg.NLM_F_ACK) != 0) {
            long before = writes.stream()
                    .filter(other -> other.type() == request.type())
                    .count();
            writes.add(request);
            ack(request, refusals.getOrDefault(request.type(), Map.of()).getOrDefault((int) before, Ack.OK));
        } else if ((request.flags() & Nlmsg.NLM_F_DUMP) == Nlmsg.NLM_F_DUMP) {
            dumps++;
            dump(request).forEach(body -> reply(request, body));
            socket.deliver(writer -> writer.message(Nlmsg.NLMSG_DONE, 0, request.sequence(), body -> body.u32(0)));
        } else {
            find(request).ifPresentOrElse(body -> reply(request, body), () -> ack(request, notFound(request)));
        }
    }

    private List<? extends MessageBody> dump(NetlinkMessage request) {
        return switch (request.type()) {
            case LinkRequest.RTM_GETLINK -> links;
            case AddressMessage.RTM_GETADDR -> addresses;
            case RouteMessage.RTM_GETROUTE -> List.of();
            case GenlFamily.GENL_ID_CTRL -> fouLoaded ? List.of(FAMILY) : List.of();
            case FOU -> ports;
            default -> throw new AssertionError("unexpected dump of type " + request.type());
        };
    }

    private Optional<? extends MessageBody> find(NetlinkMessage request) {
        if (request.type() == GenlFamily.GENL_ID_CTRL) {
            return fouLoaded ? Optional.of(FAMILY) : Optional.empty();
        }
        String name = decode(request).name().orElseThrow();
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }

    private static Ack notFound(NetlinkMessage request) {
        Errno errno = request.type() == GenlFamily.GENL_ID_CTRL ? Errno.ENOENT : Errno.ENODEV;
        return new Ack(errno.number(), "");
    }

    static KernelSide.LinkFields decode(NetlinkMessage request) {
        try {
            return KernelSide.decodeLinkRequest(request.payload());
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
    }

    private void reply(NetlinkMessage request, MessageBody body) {
        socket.deliver(writer -> writer.message(LinkMessage.RTM_NEWLINK, 0, request.sequence(), body));
    }

    private void ack(NetlinkMessage request, Ack ack) {
        socket.acknowledge(request, ack);
    }
}
