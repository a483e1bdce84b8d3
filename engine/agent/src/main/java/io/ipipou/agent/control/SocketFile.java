package io.ipipou.agent.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Creates the socket files that the agent listens on. */
public final class SocketFile {

    private SocketFile() {}

    /**
     * Listens on a socket file. Replaces one that a program left behind, and nothing else.
     *
     * @param mode of the file, as {@code rw-------}; it is never wider, not even for a moment
     * @throws IOException if it cannot be created, another program listens on it, or the path is no socket
     */
    public static ServerSocketChannel bind(Path path, String mode) throws IOException {
        requireFree(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        // A socket file gets its mode after it is bound; until then it is in a directory that nobody else can enter.
        Path hidden = Files.createTempDirectory(
                path.toAbsolutePath().getParent(),
                "agent",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Path bound = hidden.resolve("sock");
            server.bind(UnixDomainSocketAddress.of(bound));
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString(mode));
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            server.close();
            throw e;
        } finally {
            Files.deleteIfExists(hidden.resolve("sock"));
            Files.delete(hidden);
        }
        return server;
    }

    private static void requireFree(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        // S_IFMT and S_IFSOCK of stat.h.
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & 0170000) != 0140000) {
            throw new IOException(path + " exists and is not a socket: move it away or choose another path");
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            return;
        }
        throw new IOException("another program is listening on " + path);
    }
}
