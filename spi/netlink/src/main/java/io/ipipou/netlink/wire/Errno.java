package io.ipipou.netlink.wire;

import io.ipipou.spi.plan.Refusal;
import java.util.Arrays;
import java.util.Optional;

/** Error numbers of Linux (asm-generic/errno-base.h, errno.h) that netlink gives. */
public enum Errno {
    EPERM(1, "Operation not permitted"),
    ENOENT(2, "No such object"),
    ESRCH(3, "No such object"),
    EINTR(4, "Interrupted system call"),
    EIO(5, "Input/output error"),
    ENXIO(6, "No such device or address"),
    E2BIG(7, "Argument list too long"),
    EBADF(9, "Bad file descriptor"),
    EAGAIN(11, "Resource temporarily unavailable"),
    ENOMEM(12, "Cannot allocate memory"),
    EACCES(13, "Permission denied"),
    EFAULT(14, "Bad address"),
    EBUSY(16, "Device or resource busy"),
    EEXIST(17, "Object exists"),
    ENODEV(19, "No such device"),
    EINVAL(22, "Invalid argument"),
    ENFILE(23, "Too many open files in system"),
    EMFILE(24, "Too many open files"),
    ENOSPC(28, "No space left"),
    EMLINK(31, "Too many links"),
    ERANGE(34, "Numerical result out of range"),
    ENAMETOOLONG(36, "Name too long"),
    ENOSYS(38, "Function not implemented"),
    ELOOP(40, "Too many levels"),
    ENODATA(61, "No data available"),
    EPROTO(71, "Protocol error"),
    EOVERFLOW(75, "Value too large"),
    ERESTART(85, "Interrupted system call should be restarted"),
    EMSGSIZE(90, "Message too long"),
    ENOPROTOOPT(92, "Protocol not available"),
    EPROTONOSUPPORT(93, "Protocol not supported"),
    EOPNOTSUPP(95, "Operation not supported"),
    EPFNOSUPPORT(96, "Protocol family not supported"),
    EAFNOSUPPORT(97, "Address family not supported"),
    EADDRINUSE(98, "Address already in use"),
    EADDRNOTAVAIL(99, "Cannot assign requested address"),
    ENETDOWN(100, "Network is down"),
    ENETUNREACH(101, "Network is unreachable"),
    ENOBUFS(105, "No buffer space available"),
    ENOTCONN(107, "Not connected"),
    ETIMEDOUT(110, "Timed out"),
    ECONNREFUSED(111, "Connection refused"),
    EHOSTUNREACH(113, "No route to host");

    private final int number;
    private final String meaning;

    Errno(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }

    public static Optional<Errno> of(int number) {
        return Arrays.stream(values()).filter(errno -> errno.number == number).findFirst();
    }

    /**
     * The error for people.
     *
     * @param message the kernel's own words; the number's meaning stands in for none
     */
    public static Refusal refusal(int number, String message) {
        Optional<Errno> errno = of(number);
        String words = message.isEmpty() ? errno.map(Errno::meaning).orElse("error number " + number) : message;
        return new Refusal(errno.map(Errno::name).orElse(""), words);
    }
}
