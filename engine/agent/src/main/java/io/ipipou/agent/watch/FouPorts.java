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
 * Tells whether the FOU ports of a network namespace are others than before. The kernel notifies nobody of them: the
 * generic netlink family {@code fou} (linux/fou.h) has no multicast group, and their sockets are the kernel's own, of whose
 * end sock_diag does not tell. So they are listed, and what is listed is compared without being read. For one thread.
 */
public final class FouPorts implements AutoCloseable {

    private static final int FOU_CMD_GET = 3;
    private static final int FOU_VERSION = 1;
    private static final String FOU = "fou";

    private final NetlinkConnection generic;
    private Optional<Dump<ByteBuffer>> ports = Optional.empty();
    private List<ByteBuffer> before = List.of();

    /** @param socket is closed with this */
    FouPorts(NetlinkSocket socket) {
        generic = new NetlinkConnection(socket);
    }

    /** Those of the calling thread's network namespace, as they are now. */
    public static FouPorts open() throws BackendException {
        try {
            FouPorts ports = new FouPorts(KernelSocket.open(KernelSocket.NETLINK_GENERIC));
            ports.changed();
            return ports;
        } catch (ErrnoException e) {
            throw e.during("listing FOU ports");
        }
    }

    /** Whether they are others than at the last call. */
    public boolean changed() throws BackendException {
        if (ports.isEmpty()) {
            ports = generic.findFamily(FOU).map(FouPorts::list);
        }
        List<ByteBuffer> now = ports.isEmpty() ? List.of() : generic.dump(ports.orElseThrow());
        if (now.isEmpty()) {
            // The module may have gone, and have another number when it comes again.
            ports = Optional.empty();
        }
        boolean changed = !now.equals(before);
        before = now;
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
