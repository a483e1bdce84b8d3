package io.ipipou.spi.plan;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Error numbers of Linux (asm-generic/errno-base.h, errno.h) that the kernel's network code returns. */
public enum Errno {
    EPERM(1, "Operation not permitted"),
    ENOENT(2, "No such object", "No such file or directory"),
    ESRCH(3, "No such object", "No such process"),
    EINTR(4, "Interrupted system call"),
    EIO(5, "Input/output error", "I/O error"),
    ENXIO(6, "No such device or address"),
    E2BIG(7, "Argument list too long"),
    EBADF(9, "Bad file descriptor"),
    EAGAIN(11, "Resource temporarily unavailable"),
    ENOMEM(12, "Cannot allocate memory", "Out of memory"),
    EACCES(13, "Permission denied"),
    EFAULT(14, "Bad address"),
    EBUSY(16, "Device or resource busy", "Resource busy"),
    EEXIST(17, "Object exists", "File exists"),
    ENODEV(19, "No such device"),
    EINVAL(22, "Invalid argument"),
    ENFILE(23, "Too many open files in system"),
    EMFILE(24, "Too many open files", "No file descriptors available"),
    ENOSPC(28, "No space left", "No space left on device"),
    EMLINK(31, "Too many links"),
    ERANGE(34, "Numerical result out of range", "Result not representable"),
    ENAMETOOLONG(36, "Name too long", "File name too long", "Filename too long"),
    ENOSYS(38, "Function not implemented"),
    ELOOP(40, "Too many levels", "Too many levels of symbolic links", "Symbolic link loop"),
    ENODATA(61, "No data available"),
    EPROTO(71, "Protocol error"),
    EOVERFLOW(75, "Value too large", "Value too large for defined data type", "Value too large for data type"),
    ERESTART(85, "Interrupted system call should be restarted"),
    EMSGSIZE(90, "Message too long", "Message too large"),
    ENOPROTOOPT(92, "Protocol not available"),
    EPROTONOSUPPORT(93, "Protocol not supported"),
    EOPNOTSUPP(95, "Operation not supported", "Not supported"),
    EPFNOSUPPORT(96, "Protocol family not supported"),
    EAFNOSUPPORT(97, "Address family not supported", "Address family not supported by protocol"),
    EADDRINUSE(98, "Address already in use", "Address in use"),
    EADDRNOTAVAIL(99, "Cannot assign requested address", "Address not available"),
    ENETDOWN(100, "Network is down"),
    ENETUNREACH(101, "Network is unreachable", "Network unreachable"),
    ENOBUFS(105, "No buffer space available"),
    ENOTCONN(107, "Not connected", "Transport endpoint is not connected", "Socket not connected"),
    ETIMEDOUT(110, "Timed out", "Connection timed out", "Operation timed out"),
    ECONNREFUSED(111, "Connection refused"),
    EHOSTUNREACH(113, "No route to host", "Host is unreachable");

    private final int number;
    private final String meaning;
    /** All texts, each between bars. */
    private final String texts;

    /** @param strerror texts of strerror(3), in glibc and musl, other than the meaning */
    Errno(int number, String meaning, String... strerror) {
        this.number = number;
        this.meaning = meaning;
        this.texts = Stream.concat(Stream.of(meaning), Stream.of(strerror)).collect(Collectors.joining("|", "|", "|"));
    }

    public int number() {
        return number;
    }

    /** The error in words, for objects of the network stack: nothing in it is a file or a process. */
    public String meaning() {
        return meaning;
    }

    public static Optional<Errno> of(int number) {
        return Arrays.stream(values()).filter(errno -> errno.number == number).findFirst();
    }

    /** The error that a program printed with strerror(3), whether it was built with glibc or musl. */
    public static Optional<Errno> ofText(String text) {
        return Arrays.stream(values())
                .filter(errno -> errno.texts.contains("|" + text + "|"))
                .findFirst();
    }
}
