package io.ipipou.backend.netlink;

import io.ipipou.backend.netlink.nft.Nftables;
import io.ipipou.netlink.socket.ErrnoException;
import io.ipipou.netlink.socket.KernelSocket;
import io.ipipou.netlink.socket.NetlinkConnection;
import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.plan.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Uses rtnetlink, generic netlink and nfnetlink sockets; starts no process. */
public final class NetlinkBackendProvider implements BackendProvider {

    @Override
    public String id() {
        return "netlink";
    }

    @Override
    public String description() {
        return "uses netlink directly and starts no process";
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public Backend open(String nftTable) throws BackendException {
        List<NetlinkConnection> opened = new ArrayList<>();
        try {
            NetlinkConnection rtnetlink = connection(KernelSocket.NETLINK_ROUTE);
            opened.add(rtnetlink);
            Privilege.check(rtnetlink);
            NetlinkConnection generic = connection(KernelSocket.NETLINK_GENERIC);
            opened.add(generic);
            Optional<NetlinkConnection> netfilter = netfilter();
            netfilter.ifPresent(opened::add);
            return new NetlinkBackend(rtnetlink, generic, UdpPorts.open(), new Nftables(netfilter, nftTable));
        } catch (BackendException e) {
            opened.forEach(NetlinkConnection::close);
            throw e;
        }
    }

    /** Empty if the kernel has no netfilter. */
    private static Optional<NetlinkConnection> netfilter() throws BackendException {
        try {
            return Optional.of(new NetlinkConnection(KernelSocket.open(KernelSocket.NETLINK_NETFILTER)));
        } catch (ErrnoException e) {
            if (e.is(Errno.EPROTONOSUPPORT)) {
                return Optional.empty();
            }
            throw notOpened(e);
        }
    }

    private static NetlinkConnection connection(int protocol) throws BackendException {
        try {
            return new NetlinkConnection(KernelSocket.open(protocol));
        } catch (ErrnoException e) {
            throw notOpened(e);
        } catch (LinkageError e) {
            throw new BackendException(
                    "cannot load jffi's native library; it is unpacked to a temporary directory unless"
                            + " -Djffi.boot.library.path names the directory that contains it",
                    e);
        }
    }

    private static BackendException notOpened(ErrnoException e) {
        return e.during("opening a netlink socket, which needs Linux 5.4 or later");
    }
}
