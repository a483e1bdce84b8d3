package io.ipipou.netlink.socket;

import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.CodecException;
import io.ipipou.netlink.wire.Decoder;
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

/** Requests and their answers over one socket, matched by sequence number. For one thread at a time. */
public final class NetlinkConnection implements AutoCloseable {

    /** Messages a send. The kernel answers before the send returns, and all acks have to fit the receive buffer. */
    static final int BATCH_MESSAGES = 64;

    /** How often a dump is begun before it counts as impossible. */
    static final int DUMP_ATTEMPTS = 5;

    private static final int BATCH_BYTES = 32 << 10;
    /** Twice what the kernel puts into one datagram of a dump. */
    private static final int RECEIVE_BYTES = 64 << 10;

    private final NetlinkSocket socket;
    private final MessageWriter writer = new MessageWriter(2 * BATCH_BYTES);
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES).order(ByteOrder.nativeOrder());
    private int sequence;

    public NetlinkConnection(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * All objects of a kind, read again a few times where the kernel says that they changed meanwhile.
     *
     * @throws BackendException if they never held still, or the kernel refuses
     */
    public <T> List<T> dump(Dump<T> dump) throws BackendException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            Optional<List<T>> whole = tryDump(dump);
            if (whole.isPresent()) {
                return whole.orElseThrow();
            }
        }
        throw new BackendException("the kernel's list of " + dump.what() + " changed each of the " + DUMP_ATTEMPTS
                + " times it was read; try again when the host is quieter");
    }

    /** @return empty when the kernel says that the list changed, or that part of it was lost */
    private <T> Optional<List<T>> tryDump(Dump<T> dump) throws BackendException {
        int asked = sequence;
        send(List.of(dump.request()));
        List<T> values = new ArrayList<>();
        int lost = 0;
        boolean changed = false;
        while (true) {
            try {
                for (NetlinkMessage message : receive()) {
                    if (message.sequence() != asked) {
                        continue;
                    }
                    changed |= message.has(Nlmsg.NLM_F_DUMP_INTR);
                    if (message.type() == Nlmsg.NLMSG_DONE || message.type() == Nlmsg.NLMSG_ERROR) {
                        checkEnd(dump, Ack.decode(message));
                        return changed || lost > 0 ? Optional.empty() : Optional.of(values);
                    }
                    values.add(dump.decoder().decode(message.payload()));
                }
            } catch (CodecException e) {
                throw new BackendException("the kernel's list of " + dump.what() + " is not understood", e);
            } catch (ErrnoException e) {
                // What is left of the list has to be read before another may be asked for.
                if (!e.is(Errno.ENOBUFS) || ++lost > DUMP_ATTEMPTS) {
                    throw e.during("reading the kernel's list of " + dump.what());
                }
            }
        }
    }

    private static void checkEnd(Dump<?> dump, Ack ack) throws BackendException {
        if (ack.refused() && dump.none().stream().noneMatch(errno -> errno.number() == ack.errno())) {
            throw new BackendException("listing " + dump.what(), ack.refusal());
        }
    }

    /**
     * Asks questions that are each answered by one message or a refusal.
     *
     * @param questions few enough for one send, and for the answers to fit the receive buffer
     * @return one answer a question, in the same order
     */
    public <T> List<Reply<T>> ask(List<Request> questions, Decoder<T> decoder) throws BackendException {
        int first = sequence;
        if (send(questions) != questions.size()) {
            throw new IllegalArgumentException(questions.size() + " questions are too many for one send");
        }
        return answers(first, questions.size(), decoder);
    }

    /**
     * Sends writes, many at a time; after a refusal none further.
     *
     * @return one ack a write that was sent, in the same order
     * @throws BackendException if it is not known what was done
     */
    public List<Ack> write(List<Request> writes) throws BackendException {
        List<Ack> acks = new ArrayList<>();
        boolean refused = false;
        while (acks.size() < writes.size() && !refused) {
            int first = sequence;
            int count = send(writes.subList(acks.size(), writes.size()));
            for (Reply<Payload> answer : answers(first, count, payload -> payload)) {
                acks.add(answer.ack());
                refused |= answer.ack().refused();
            }
        }
        return acks;
    }

    /**
     * Sends writes to a subsystem of the netfilter family as one transaction, in one send however many they are.
     *
     * @param generation the state of the subsystem that the writes go from, or they are refused with ERESTART; empty for
     *     whatever state it is in
     * @throws BackendException if it is not known what was done
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
        // The answer to the last tells that there is no further one.
        Request last = writes.get(writes.size() - 1);
        append(batch, new Request(last.type(), last.flags() | Nlmsg.NLM_F_ACK, last.body()));
        append(batch, Nfnl.end(subsystem));
        send(batch);
        return batchAnswer(begin, writes.size());
    }

    private BatchReply batchAnswer(int begin, int count) throws BackendException {
        SortedMap<Integer, Ack> refusals = new TreeMap<>();
        boolean lost = false;
        while (true) {
            try {
                for (NetlinkMessage message : receive()) {
                    int place = message.sequence() - begin - 1;
                    if (message.type() != Nlmsg.NLMSG_ERROR || place < -1 || place >= count) {
                        continue;
                    }
                    Ack ack = Ack.decode(message);
                    if (place == -1) {
                        return new BatchReply(ack, refusals);
                    }
                    if (ack.refused()) {
                        refusals.put(place, ack);
                    }
                    if (place == count - 1) {
                        return new BatchReply(Ack.OK, refusals);
                    }
                }
            } catch (CodecException e) {
                throw new BackendException("the kernel's answer is not understood", e);
            } catch (ErrnoException e) {
                // Only refusals are so many; what was lost are the last of them.
                lost = e.is(Errno.ENOBUFS);
                if (!lost) {
                    throw e.during("an answer of the kernel was lost");
                }
            }
            if (lost && !refusals.isEmpty()) {
                return new BatchReply(Ack.OK, refusals);
            }
        }
    }

    private <T> List<Reply<T>> answers(int first, int count, Decoder<T> decoder) throws BackendException {
        Map<Integer, Reply<T>> answers = new TreeMap<>();
        while (answers.size() < count) {
            try {
                for (NetlinkMessage message : receive()) {
                    int number = message.sequence() - first;
                    if (number >= 0 && number < count) {
                        answers.putIfAbsent(number, answer(message, decoder));
                    }
                }
            } catch (CodecException e) {
                throw new BackendException("the kernel's answer is not understood", e);
            } catch (ErrnoException e) {
                throw e.during("an answer of the kernel was lost");
            }
        }
        return List.copyOf(answers.values());
    }

    private static <T> Reply<T> answer(NetlinkMessage message, Decoder<T> decoder) throws CodecException {
        return message.type() == Nlmsg.NLMSG_ERROR
                ? new Reply<>(Ack.decode(message), Optional.empty())
                : new Reply<>(Ack.OK, Optional.of(decoder.decode(message.payload())));
    }

    /** @return how many of the requests went into the one datagram that was sent */
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
        int length = uninterrupted(() -> socket.receive(received));
        if (length > received.capacity()) {
            throw new CodecException("a datagram of " + length + " bytes was cut at " + received.capacity());
        }
        return NetlinkMessage.split(received, length);
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
