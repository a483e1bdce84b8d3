package io.ipipou.netlink.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends datagrams to a Unix socket, which Java itself cannot. */
public final class UnixDatagram {

    // bits/socket.h
    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** Size of sun_path without the NUL, unix(7). */
    private static final int MAX_PATH_BYTES = 107;

    private UnixDatagram() {}

    /**
     * Sends one datagram; blocks while the receiver's buffer is full. For any thread.
     *
     * @param path of the socket, or {@code @NAME} in the abstract namespace
     * @throws ErrnoException if no socket listens there
     */
    public static void send(String path, String message) throws ErrnoException {
        int fd = Libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        try {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            Libc.sendto(fd, Libc.struct(bytes.length).put(bytes).flip(), MSG_NOSIGNAL, address(path));
        } finally {
            Libc.close(fd);
        }
    }

    /** struct sockaddr_un */
    static ByteBuffer address(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_PATH_BYTES) {
            throw new IllegalArgumentException("not a path for a Unix socket: " + path);
        }
        boolean abstracted = bytes[0] == '@';
        if (abstracted) {
            bytes[0] = 0;
        }
        ByteBuffer address = Libc.struct(Short.BYTES + bytes.length + (abstracted ? 0 : 1));
        address.putShort((short) AF_UNIX).put(bytes).rewind();
        return address;
    }
}
