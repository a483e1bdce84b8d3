package io.ipipou.agent.watch;

import io.ipipou.netlink.socket.Dump;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelSocket;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.netlink.socket.NetlinkSocket;
import io.ipipou.netlink.wire.Genl;
import io.ipipou.netlink.wire.Request;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out by polling whether the FOU ports of a network namespace changed. The kernel sends no notifications about them:
 * the generic netlink family {@code fou} (linux/fou.h) has no multicast group, and sock_diag does not report the end of a
 * kernel socket. The listed messages are compared without decoding them. For one thread.
 */
public final class FouPorts implements AutoCloseable {

    private static final int FOU_CMD_GET = 3;
    private static final int FOU_VERSION = 1;
    private static final String FOU = "fou";

    private final NetlinkConnection generic;
    private Optional<Dump<ByteBuffer>> ports = Optional.empty();
    private List<ByteBuffer> last = List.of();

    /** @param socket closed with this */
    FouPorts(NetlinkSocket socket) {
        generic = new NetlinkConnection(socket);
    }

    /** The ports of the calling thread's network namespace; {@link #changed} compares with what they are now. */
    public static FouPorts open() throws BackendException {
        try {
            FouPorts ports = new FouPorts(KernelSocket.open(KernelSocket.NETLINK_GENERIC));
            ports.changed();
            return ports;
        } catch (ErrnoException e) {
            throw e.during("listing FOU ports");
        }
    }

    /** Whether the ports differ from those at the last call. */
    public boolean changed() throws BackendException {
        if (ports.isEmpty()) {
            ports = generic.findFamily(FOU).map(FouPorts::list);
        }
        List<ByteBuffer> now = ports.isEmpty() ? List.of() : generic.dump(ports.orElseThrow());
        if (now.isEmpty()) {
            // The module may have been unloaded, and gets another id when it is loaded again.
            ports = Optional.empty();
        }
        boolean changed = !now.equals(last);
        last = now;
        return changed;
    }

    private static Dump<ByteBuffer> list(int family) {
        return new Dump<>(
                "FOU ports",
                Request.dump(family, writer -> Genl.encodeHeader(writer, FOU_CMD_GET, FOU_VERSION)),
                port -> ByteBuffer.wrap(port.bytes()),
                Set.of(Errno.ENOENT));
    }

    @Override
    public void close() {
        generic.close();
    }
}
