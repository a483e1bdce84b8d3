package io.ipipou.netlink.socket;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The C library's socket functions, called through jffi rather than jnr-ffi, whose generated interfaces cost 0.3 s at each
 * start instead of 0.01 s. Buffers must be direct; the bytes between position and limit are passed.
 */
final class Libc {

    private static final Type INT = Type.SINT32;
    private static final Type SIZE = Type.UINT64;
    private static final Type POINTER = Type.POINTER;

    private static final Function SOCKET = new Function("socket", INT, INT, INT, INT);
    private static final Function CONNECT = new Function("connect", INT, INT, POINTER, INT);
    private static final Function BIND = new Function("bind", INT, INT, POINTER, INT);
    private static final Function SETSOCKOPT = new Function("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final Function GETSOCKOPT = new Function("getsockopt", INT, INT, INT, INT, POINTER, POINTER);
    private static final Function SEND = new Function("send", Type.SINT64, INT, POINTER, SIZE, INT);
    private static final Function SENDTO = new Function("sendto", Type.SINT64, INT, POINTER, SIZE, INT, POINTER, INT);
    private static final Function RECV = new Function("recv", Type.SINT64, INT, POINTER, SIZE, INT);
    private static final Function EVENTFD = new Function("eventfd", INT, Type.UINT32, INT);
    private static final Function WRITE = new Function("write", Type.SINT64, INT, POINTER, SIZE);
    private static final Function POLL = new Function("poll", INT, POINTER, Type.UINT64, INT);
    private static final Function CLOSE = new Function("close", INT, INT);

    private Libc() {}

    static int socket(int family, int type, int protocol) throws ErrnoException {
        return check("socket", Function.INVOKER.invokeN3(SOCKET.context, SOCKET.address, family, type, protocol));
    }

    static void connect(int fd, ByteBuffer address) throws ErrnoException {
        check(
                "connect",
                Function.INVOKER.invokeN3(
                        CONNECT.context, CONNECT.address, fd, addressOf(address), address.remaining()),
                address);
    }

    static void bind(int fd, ByteBuffer address) throws ErrnoException {
        check(
                "bind",
                Function.INVOKER.invokeN3(BIND.context, BIND.address, fd, addressOf(address), address.remaining()),
                address);
    }

    static void setsockopt(int fd, int level, int option, ByteBuffer value) throws ErrnoException {
        check(
                "setsockopt",
                Function.INVOKER.invokeN5(
                        SETSOCKOPT.context, SETSOCKOPT.address, fd, level, option, addressOf(value), value.remaining()),
                value);
    }

    /** The value of an option that is an {@code int}. */
    static int getsockopt(int fd, int level, int option) throws ErrnoException {
        ByteBuffer value = struct(Integer.BYTES);
        ByteBuffer length = struct(Integer.BYTES).putInt(Integer.BYTES).flip();
        check(
                "getsockopt",
                Function.INVOKER.invokeN5(
                        GETSOCKOPT.context, GETSOCKOPT.address, fd, level, option, addressOf(value), addressOf(length)),
                value,
                length);
        return value.getInt(0);
    }

    static int send(int fd, ByteBuffer bytes, int flags) throws ErrnoException {
        return check(
                "send",
                Function.INVOKER.invokeN4(SEND.context, SEND.address, fd, addressOf(bytes), bytes.remaining(), flags),
                bytes);
    }

    static int sendto(int fd, ByteBuffer bytes, int flags, ByteBuffer address) throws ErrnoException {
        return check(
                "sendto",
                Function.INVOKER.invokeN6(
                        SENDTO.context,
                        SENDTO.address,
                        fd,
                        addressOf(bytes),
                        bytes.remaining(),
                        flags,
                        addressOf(address),
                        address.remaining()),
                bytes,
                address);
    }

    /** Receives to the buffer's position. With MSG_TRUNC the result can exceed the bytes that remain there. */
    static int recv(int fd, ByteBuffer buffer, int flags) throws ErrnoException {
        return check(
                "recv",
                Function.INVOKER.invokeN4(RECV.context, RECV.address, fd, addressOf(buffer), buffer.remaining(), flags),
                buffer);
    }

    static int eventfd(int count, int flags) throws ErrnoException {
        return check("eventfd", Function.INVOKER.invokeN2(EVENTFD.context, EVENTFD.address, count, flags));
    }

    static void write(int fd, ByteBuffer bytes) throws ErrnoException {
        check(
                "write",
                Function.INVOKER.invokeN3(WRITE.context, WRITE.address, fd, addressOf(bytes), bytes.remaining()),
                bytes);
    }

    /**
     * @param fds an array of struct pollfd
     * @param milliseconds -1 for no timeout
     */
    static int poll(ByteBuffer fds, int milliseconds) throws ErrnoException {
        return check(
                "poll",
                Function.INVOKER.invokeN3(
                        POLL.context, POLL.address, addressOf(fds), fds.remaining() / 8, milliseconds),
                fds);
    }

    static void close(int fd) throws ErrnoException {
        check("close", Function.INVOKER.invokeN1(CLOSE.context, CLOSE.address, fd));
    }

    /** Zeroed memory for a C structure, in host byte order. */
    static ByteBuffer struct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** An {@code int} for setsockopt. */
    static ByteBuffer number(int value) {
        return struct(Integer.BYTES).putInt(value).flip();
    }

    private static long addressOf(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct) + direct.position();
    }

    /**
     * @param result an {@code int} function sets only its lower half
     * @param used buffers that the garbage collector must not free during the call
     */
    private static int check(String call, long result, ByteBuffer... used) throws ErrnoException {
        try {
            if ((int) result < 0) {
                throw new ErrnoException(call, LastError.getInstance().get());
            }
            return (int) result;
        } finally {
            Reference.reachabilityFence(used);
        }
    }

    private static final class Function {

        static final Invoker INVOKER = Invoker.getInstance();

        final long address;
        final CallContext context;

        Function(String name, Type result, Type... parameters) {
            address = Library.getDefault().getSymbolAddress(name);
            context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true);
        }
    }
}
