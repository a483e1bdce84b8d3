package io.ipipou.netlink.socket;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;

/**
 * The C library's functions for sockets. Through jffi, the layer that jnr-ffi is built on: generating an interface's
 * implementation with jnr-ffi takes 0.3 s at each start, calling jffi itself 0.01 s.
 */
final class Libc {

    private static final Type INT = Type.SINT32;
    private static final Type SIZE = Type.UINT64;
    private static final Type POINTER = Type.POINTER;

    private static final Function SOCKET = new Function("socket", INT, INT, INT, INT);
    private static final Function CONNECT = new Function("connect", INT, INT, POINTER, INT);
    private static final Function SETSOCKOPT = new Function("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final Function SEND = new Function("send", Type.SINT64, INT, POINTER, SIZE, INT);
    private static final Function RECV = new Function("recv", Type.SINT64, INT, POINTER, SIZE, INT);
    private static final Function CLOSE = new Function("close", INT, INT);

    private Libc() {}

    static int socket(int family, int type, int protocol) throws ErrnoException {
        return Function.check(
                "socket", Function.INVOKER.invokeN3(SOCKET.context, SOCKET.address, family, type, protocol));
    }

    static void connect(int fd, ByteBuffer address) throws ErrnoException {
        Function.check(
                "connect",
                Function.INVOKER.invokeN3(
                        CONNECT.context, CONNECT.address, fd, addressOf(address), address.remaining()));
    }

    static void setsockopt(int fd, int level, int option, ByteBuffer value) throws ErrnoException {
        Function.check(
                "setsockopt",
                Function.INVOKER.invokeN5(
                        SETSOCKOPT.context,
                        SETSOCKOPT.address,
                        fd,
                        level,
                        option,
                        addressOf(value),
                        value.remaining()));
    }

    static int send(int fd, ByteBuffer bytes, int flags) throws ErrnoException {
        return Function.check(
                "send",
                Function.INVOKER.invokeN4(SEND.context, SEND.address, fd, addressOf(bytes), bytes.remaining(), flags));
    }

    /** Receives at the buffer's position; the result may exceed what remains there with MSG_TRUNC. */
    static int recv(int fd, ByteBuffer buffer, int flags) throws ErrnoException {
        return Function.check(
                "recv",
                Function.INVOKER.invokeN4(
                        RECV.context, RECV.address, fd, addressOf(buffer), buffer.remaining(), flags));
    }

    static void close(int fd) throws ErrnoException {
        Function.check("close", Function.INVOKER.invokeN1(CLOSE.context, CLOSE.address, fd));
    }

    private static long addressOf(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct) + direct.position();
    }

    private static final class Function {

        static final Invoker INVOKER = Invoker.getInstance();

        final long address;
        final CallContext context;

        Function(String name, Type result, Type... parameters) {
            address = Library.getDefault().getSymbolAddress(name);
            context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true);
        }

        /** @param result of which an {@code int} function sets the lower half only */
        static int check(String call, long result) throws ErrnoException {
            if ((int) result < 0) {
                throw new ErrnoException(call, LastError.getInstance().get());
            }
            return (int) result;
        }
    }
}
