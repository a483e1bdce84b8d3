package io.ipipou.source.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TcpTransport;
import org.eclipse.jgit.transport.URIish;

/**
 * The git protocol over TCP, git-daemon(1). JGit's own waits for ever where the other side accepts and then says
 * nothing: it interrupts the thread, and a socket does not mind.
 */
final class GitTransport extends TcpTransport implements PackTransport {

    private static final int PORT = 9418;

    private final Duration patience;

    GitTransport(Repository local, URIish uri, Duration patience) {
        super(local, uri);
        this.patience = patience;
    }

    @Override
    public FetchConnection openFetch() throws TransportException {
        return openFetch(List.of());
    }

    @Override
    public FetchConnection openFetch(Collection<RefSpec> specs, String... patterns) throws TransportException {
        return new Fetching(this, specs, patterns);
    }

    @Override
    public PushConnection openPush() throws NotSupportedException {
        throw new NotSupportedException("nothing is ever pushed");
    }

    @Override
    public void close() {}

    private static final class Fetching extends BasePackFetchConnection {

        private final Socket socket = new Socket();

        Fetching(GitTransport transport, Collection<RefSpec> specs, String... patterns) throws TransportException {
            super(transport);
            try {
                connect(transport.patience);
            } catch (IOException e) {
                close();
                throw new TransportException(uri, e.getMessage(), e);
            }
            if (!readAdvertisedRefs()) {
                lsRefs(specs, patterns);
            }
        }

        private void connect(Duration patience) throws IOException {
            int port = uri.getPort() > 0 ? uri.getPort() : PORT;
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            socket.connect(new InetSocketAddress(uri.getHost(), port), Math.toIntExact(patience.toMillis()));
            init(
                    new BufferedInputStream(new AbortableInput(socket.getInputStream())),
                    new BufferedOutputStream(socket.getOutputStream()));
            String request = "git-upload-pack " + uri.getPath() + "\0host=" + uri.getHost()
                    + (uri.getPort() > 0 ? ":" + uri.getPort() : "") + "\0\0version=2\0";
            PacketLineOut line = new PacketLineOut(out);
            line.writePacket(request.getBytes(StandardCharsets.UTF_8));
            line.flush();
        }

        @Override
        public void close() {
            super.close();
            try {
                socket.close();
            } catch (IOException e) {
                // The system has taken it back all the same.
                return;
            }
        }
    }
}
