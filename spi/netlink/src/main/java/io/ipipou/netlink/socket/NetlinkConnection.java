package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Decoder;
import io.ipipou.netlink.wire.GenlFamily;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.NetlinkMessage;
import io.ipipou.netlink.wire.Nfnl;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.netlink.wire.Payload;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Requests and their replies over one socket, matched by sequence number. For one thread at a time. */
public final class NetlinkConnection implements AutoCloseable {

    /** Messages per send. The kernel replies before the send returns, so all acks must fit the receive buffer. */
    static final int BATCH_MESSAGES = 64;

    /** How often a dump is tried. */
    static final int DUMP_ATTEMPTS = 5;

    private static final int BATCH_BYTES = 32 << 10;
    /** Twice the size of the largest datagram of a dump. */
    private static final int RECEIVE_BYTES = 64 << 10;

    private final NetlinkSocket socket;
    private final MessageWriter writer = new MessageWriter(2 * BATCH_BYTES);
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.nativeOrder());
    private int sequence;

    public NetlinkConnection(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Reads all objects of a kind, again if the kernel reports that they changed during the dump.
     *
     * @throws BackendException if they changed during each attempt, or the kernel refuses
     */
    public <T> List<T> dump(Dump<T> dump) throws BackendException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            Optional<List<T>> whole = tryDump(dump);
            if (whole.isPresent()) {
                return whole.orElseThrow();
            }
        }
        throw new BackendException("the kernel's " + dump.objects() + " changed during each of " + DUMP_ATTEMPTS
                + " attempts to read them; retry when the host is less busy");
    }

    /** @return empty if the objects changed during the dump, or part of it was lost */
    private <T> Optional<List<T>> tryDump(Dump<T> dump) throws BackendException {
        int requested = sequence;
        send(List.of(dump.request()));
        List<T> values = new ArrayList<>();
        int lost = 0;
        boolean changed = false;
        while (true) {
            try {
                for (NetlinkMessage message : receive()) {
                    if (message.sequence() != requested) {
                        continue;
                    }
                    changed |= message.has(Nlmsg.NLM_F_DUMP_INTR);
                    if (message.type() == Nlmsg.NLMSG_DONE || message.type() == Nlmsg.NLMSG_ERROR) {
                        checkEnd(dump, Ack.decode(message, dump.request()));
                        return changed || lost > 0 ? Optional.empty() : Optional.of(values);
                    }
                    values.add(dump.decoder().decode(message.payload()));
                }
            } catch (CodecException e) {
                throw new BackendException("cannot decode the kernel's " + dump.objects(), e);
            } catch (ErrnoException e) {
                // The rest of this dump must be received before the next can start.
                if (!e.is(Errno.ENOBUFS) || ++lost > DUMP_ATTEMPTS) {
                    throw e.during("reading the kernel's " + dump.objects());
                }
            }
        }
    }

    private static void checkEnd(Dump<?> dump, Ack ack) throws BackendException {
        if (ack.refused() && !ack.is(dump.emptyOn().toArray(Errno[]::new))) {
            throw new BackendException("reading the kernel's " + dump.objects(), ack.refusal());
        }
    }

    /** The number of a generic netlink family; empty if its module is not loaded. */
    public Optional<Integer> findFamily(String name) throws BackendException {
        return dump(new Dump<>("generic netlink families", GenlFamily.ALL, GenlFamily::decode)).stream()
                .filter(family -> family.name().equals(name))
                .map(GenlFamily::id)
                .findFirst();
    }

    /**
     * Sends requests that the kernel answers with one message or an error each.
     *
     * @param requests few enough for one send, and for the replies to fit the receive buffer
     * @return one reply per request, in the same order
     */
    public <T> List<Reply<T>> get(List<Request> requests, Decoder<T> decoder) throws BackendException {
        int first = sequence;
        if (send(requests) != requests.size()) {
            throw new IllegalArgumentException(requests.size() + " requests are too many for one send");
        }
        return replies(first, requests, decoder);
    }

    /**
     * Sends writes, many at a time, and stops after a refusal.
     *
     * @return one ack per write that was sent, in the same order
     * @throws BackendException if it is unknown which writes were carried out
     */
    public List<Ack> write(List<Request> writes) throws BackendException {
        List<Ack> acks = new ArrayList<>();
        boolean refused = false;
        while (acks.size() < writes.size() && !refused) {
            int first = sequence;
            List<Request> rest = writes.subList(acks.size(), writes.size());
            int sent = send(rest);
            for (Reply<Payload> reply : replies(first, rest.subList(0, sent), payload -> payload)) {
                acks.add(reply.ack());
                refused |= reply.ack().refused();
            }
        }
        return acks;
    }

    /**
     * Sends writes to a netfilter subsystem as one transaction, in one send however many they are.
     *
     * @param generation the subsystem's state that the writes are based on; in any other state the kernel refuses them with
     *     ERESTART. Empty for any state
     * @throws BackendException if it is unknown whether they were carried out
     */
    public BatchReply batch(int subsystem, Optional<Integer> generation, List<Request> writes) throws BackendException {
        if (writes.isEmpty()) {
            return new BatchReply(Ack.OK, Collections.emptySortedMap());
        }
        int begin = sequence;
        MessageWriter batch = new MessageWriter(BATCH_BYTES);
        append(batch, Nfnl.begin(subsystem, generation));
        for (Request write : writes.subList(0, writes.size() - 1)) {
            append(batch, write);
        }
        // The ack of the last write marks the end of the replies.
        Request last = writes.get(writes.size() - 1);
        append(batch, new Request(last.type(), last.flags() | Nlmsg.NLM_F_ACK, last.body()));
        append(batch, Nfnl.end(subsystem));
        send(batch);
        return batchReply(begin, writes);
    }

    private BatchReply batchReply(int begin, List<Request> writes) throws BackendException {
        SortedMap<Integer, Ack> refusals = new TreeMap<>();
        boolean lost = false;
        while (true) {
            try {
                for (NetlinkMessage message : receive()) {
                    int index = message.sequence() - begin - 1;
                    if (message.type() != Nlmsg.NLMSG_ERROR || index < -1 || index >= writes.size()) {
                        continue;
                    }
                    if (index == -1) {
                        return new BatchReply(Ack.decode(message), refusals);
                    }
                    Ack ack = Ack.decode(message, writes.get(index));
                    if (ack.refused()) {
                        refusals.put(index, ack);
                    }
                    if (index == writes.size() - 1) {
                        return new BatchReply(Ack.OK, refusals);
                    }
                }
            } catch (CodecException e) {
                throw new BackendException("cannot decode the kernel's reply", e);
            } catch (ErrnoException e) {
                // Only refusals overflow the buffer, and the kernel drops the last of them.
                lost = e.is(Errno.ENOBUFS);
                if (!lost) {
                    throw e.during("receiving the kernel's reply");
                }
            }
            if (lost && !refusals.isEmpty()) {
                return new BatchReply(Ack.OK, refusals);
            }
        }
    }

    private <T> List<Reply<T>> replies(int first, List<Request> requests, Decoder<T> decoder) throws BackendException {
        Map<Integer, Reply<T>> replies = new TreeMap<>();
        while (replies.size() < requests.size()) {
            try {
                for (NetlinkMessage message : receive()) {
                    int index = message.sequence() - first;
                    if (index >= 0 && index < requests.size()) {
                        replies.putIfAbsent(index, reply(message, requests.get(index), decoder));
                    }
                }
            } catch (CodecException e) {
                throw new BackendException("cannot decode the kernel's reply", e);
            } catch (ErrnoException e) {
                throw e.during("receiving the kernel's reply");
            }
        }
        return List.copyOf(replies.values());
    }

    private static <T> Reply<T> reply(NetlinkMessage message, Request request, Decoder<T> decoder)
            throws CodecException {
        return message.type() == Nlmsg.NLMSG_ERROR
                ? new Reply<>(Ack.decode(message, request), Optional.empty())
                : new Reply<>(Ack.OK, Optional.of(decoder.decode(message.payload())));
    }

    /** @return how many of the requests were sent, in one datagram */
    private int send(List<Request> requests) throws BackendException {
        writer.clear();
        int count = 0;
        while (count < requests.size() && count < BATCH_MESSAGES && writer.size() < BATCH_BYTES) {
            append(writer, requests.get(count++));
        }
        send(writer);
        return count;
    }

    private void append(MessageWriter messages, Request request) {
        messages.message(request.type(), request.flags(), sequence++, request.body());
    }

    private void send(MessageWriter messages) throws BackendException {
        try {
            uninterrupted(() -> {
                socket.send(messages.written());
                return 0;
            });
        } catch (ErrnoException e) {
            throw e.during("sending to the kernel");
        }
    }

    private List<NetlinkMessage> receive() throws ErrnoException, CodecException {
        return NetlinkMessage.split(received, uninterrupted(() -> socket.receive(received)));
    }

    private interface Call {
        int run() throws ErrnoException;
    }

    private static int uninterrupted(Call call) throws ErrnoException {
        while (true) {
            try {
                return call.run();
            } catch (ErrnoException e) {
                if (!e.is(Errno.EINTR)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
