package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.wire.Ack;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;

/** Creates and deletes FOU ports. */
final class ListenerWrites {

    private final LinkTable table;
    private final NetlinkConnection generic;
    private final FouFamily family;

    ListenerWrites(LinkTable table, NetlinkConnection generic, FouFamily family) {
        this.table = table;
        this.generic = generic;
        this.family = family;
    }

    Step create(Operation operation) throws BackendException {
        FouListener listener = (FouListener) operation.subject();
        Optional<Integer> device = device(listener);
        if (device.isEmpty()) {
            return Step.refuse(
                    operation, Errno.ENODEV, "device " + listener.device().orElseThrow() + " does not exist");
        }
        if (family.number().isEmpty()) {
            return Step.refuse(operation, Listeners.NO_MODULE);
        }
        FouMessage message = Listeners.toMessage(FouMessage.FOU_CMD_ADD, listener, device.orElseThrow());
        Request request = Request.write(family.number().orElseThrow(), 0, message);
        return new Step.Send(operation, request, ListenerWrites::created);
    }

    private static Outcome created(Operation operation, Ack ack) throws BackendException {
        if (!ack.is(Errno.EADDRINUSE)) {
            return Step.outcome(operation, ack);
        }
        int port = ((FouListener) operation.subject()).port();
        String words = "UDP port " + port + " is in use: see ss -ulpn sport = " + port + ", and ip fou show";
        return Outcome.failed(operation, new Refusal(Errno.EADDRINUSE, words));
    }

    Step delete(Operation operation) throws BackendException {
        FouListener listener = (FouListener) operation.subject();
        Optional<Integer> device = device(listener);
        if (device.isEmpty() || family.number().isEmpty()) {
            return Step.done(operation);
        }
        FouMessage message = Listeners.toMessage(FouMessage.FOU_CMD_DEL, listener, device.orElseThrow());
        Request request = Request.write(family.number().orElseThrow(), 0, message);
        return new Step.Send(operation, request, (op, ack) -> deleted(op, message, ack));
    }

    /** EINVAL means either that the port does not exist or that the request is invalid; a dump distinguishes the two. */
    private Outcome deleted(Operation operation, FouMessage message, Ack ack) throws BackendException {
        boolean absent = ack.is(Errno.EINVAL, Errno.ENOENT)
                && Listeners.dump(generic).stream().noneMatch(port -> port.withCommand(FouMessage.FOU_CMD_DEL)
                        .equals(message));
        return absent ? Outcome.done(operation) : Step.outcome(operation, ack);
    }

    /** @return index of the listener's device, 0 for none; empty if the device does not exist */
    private Optional<Integer> device(FouListener listener) {
        return listener.device().isEmpty() ? Optional.of(0) : listener.device().flatMap(this::index);
    }

    /** The index of a link, also of a deleted one, whose name is {@code ifN}. */
    private Optional<Integer> index(String name) {
        return LinkName.parse(name).flatMap(table::index).or(() -> Listeners.indexIn(name));
    }
}
