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
    private static final Function ADJTIMEX = new Function("adjtimex", INT, POINTER);
    private static final Function CLOSE = new Function("close", INT, INT);

    private Libc() {}

    static int socket(int family, int type, int protocol) throws ErrnoException {
        return SOCKET.call(family, type, protocol);
    }

    static void connect(int fd, ByteBuffer address) throws ErrnoException {
        CONNECT.call(fd, address, address.remaining());
    }

    static void bind(int fd, ByteBuffer address) throws ErrnoException {
        BIND.call(fd, address, address.remaining());
    }

    static void setsockopt(int fd, int level, int option, ByteBuffer value) throws ErrnoException {
        SETSOCKOPT.call(fd, level, option, value, value.remaining());
    }

    /** The value of an option that is an {@code int}. */
    static int getsockopt(int fd, int level, int option) throws ErrnoException {
        ByteBuffer value = struct(Integer.BYTES);
        GETSOCKOPT.call(fd, level, option, value, number(Integer.BYTES));
        return value.getInt(0);
    }

    static int send(int fd, ByteBuffer bytes, int flags) throws ErrnoException {
        return SEND.call(fd, bytes, bytes.remaining(), flags);
    }

    static int sendto(int fd, ByteBuffer bytes, int flags, ByteBuffer address) throws ErrnoException {
        return SENDTO.call(fd, bytes, bytes.remaining(), flags, address, address.remaining());
    }

    /** Receives to the buffer's position. With MSG_TRUNC the result can exceed the bytes that remain there. */
    static int recv(int fd, ByteBuffer buffer, int flags) throws ErrnoException {
        return RECV.call(fd, buffer, buffer.remaining(), flags);
    }

    static int eventfd(int count, int flags) throws ErrnoException {
        return EVENTFD.call(count, flags);
    }

    static void write(int fd, ByteBuffer bytes) throws ErrnoException {
        WRITE.call(fd, bytes, bytes.remaining());
    }

    /**
     * @param fds an array of struct pollfd
     * @param milliseconds -1 for no timeout
     */
    static int poll(ByteBuffer fds, int milliseconds) throws ErrnoException {
        return POLL.call(fds, fds.remaining() / 8, milliseconds);
    }

    /** @param timex a struct timex whose modes are 0, to change nothing */
    static int adjtimex(ByteBuffer timex) throws ErrnoException {
        return ADJTIMEX.call(timex);
    }

    static void close(int fd) throws ErrnoException {
        CLOSE.call(fd);
    }

    /** Zeroed memory for a C structure, in host byte order. */
    static ByteBuffer struct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** An {@code int} in memory. */
    static ByteBuffer number(int value) {
        return struct(Integer.BYTES).putInt(value).flip();
    }

    /** A function whose result is negative for an error. */
    private static final class Function {

        private static final Invoker INVOKER = Invoker.getInstance();

        private final String name;
        private final long address;
        private final CallContext context;

        Function(String name, Type result, Type... parameters) {
            this.name = name;
            address = Library.getDefault().getSymbolAddress(name);
            context = CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true);
        }

        /** @param arguments integers, and direct buffers for pointers */
        int call(Object... arguments) throws ErrnoException {
            long[] n = new long[arguments.length];
            for (int i = 0; i < n.length; i++) {
                n[i] = arguments[i] instanceof ByteBuffer buffer
                        ? addressOf(buffer)
                        : ((Integer) arguments[i]).longValue();
            }
            try {
                // A function that returns an int sets only the lower half.
                int result = (int) invoke(n);
                if (result < 0) {
                    throw new ErrnoException(name, LastError.getInstance().get());
                }
                return result;
            } finally {
                // The garbage collector must not free a buffer during the call.
                Reference.reachabilityFence(arguments);
            }
        }

        private long invoke(long[] n) {
            return switch (n.length) {
                case 1 -> INVOKER.invokeN1(context, address, n[0]);
                case 2 -> INVOKER.invokeN2(context, address, n[0], n[1]);
                case 3 -> INVOKER.invokeN3(context, address, n[0], n[1], n[2]);
                case 4 -> INVOKER.invokeN4(context, address, n[0], n[1], n[2], n[3]);
                case 5 -> INVOKER.invokeN5(context, address, n[0], n[1], n[2], n[3], n[4]);
                case 6 -> INVOKER.invokeN6(context, address, n[0], n[1], n[2], n[3], n[4], n[5]);
                default -> throw new IllegalArgumentException(n.length + " arguments");
            };
        }

        private static long addressOf(ByteBuffer direct) {
            return MemoryIO.getInstance().getDirectBufferAddress(direct) + direct.position();
        }
    }
}
