package io.ipipou.netlink.socket;

/** The kernel's clock. */
public final class KernelClock {

    /** The result of adjtimex(2) while the clock is not synchronised (TIME_ERROR of sys/timex.h). */
    private static final int TIME_ERROR = 5;

    /** Not less than struct timex has on any architecture. */
    private static final int STRUCT_TIMEX = 512;

    private KernelClock() {}

    /** Whether a program such as chrony or systemd-timesyncd keeps it synchronised. Needs no privilege. */
    public static boolean isSynchronised() throws ErrnoException {
        return Libc.adjtimex(Libc.struct(STRUCT_TIMEX)) != TIME_ERROR;
    }
}
