package io.ipipou.testbed;

import java.nio.file.Path;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/** System calls that Java lacks; each changes only the calling thread. */
final class Libc {

    /** The functions as libc declares them. */
    public interface Calls {
        int open(String path, int flags);

        int close(int fd);

        int setns(int fd, int type);

        int unshare(int flags);

        int mount(String source, String target, String type, long flags, String data);

        int umount2(String target, int flags);

        int prctl(int option, long argument, long unused3, long unused4, long unused5);

        int capget(@In int[] header, @Out int[] data);

        int capset(@In int[] header, @In int[] data);
    }

    private static final Calls CALLS = LibraryLoader.create(Calls.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int MS_BIND = 0x1000;
    private static final int MNT_DETACH = 2;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;

    private Libc() {}

    /** Moves the calling thread to a new network namespace and mounts that on an empty file, which names it. */
    static void newNetworkNamespace(Path name) {
        check("unshare", CALLS.unshare(CLONE_NEWNET));
        check("mount", CALLS.mount("/proc/thread-self/ns/net", name.toString(), "none", MS_BIND, ""));
    }

    /** Unmounts a namespace; the kernel removes it with its last thread and socket. */
    static void forgetNetworkNamespace(Path name) {
        check("umount2", CALLS.umount2(name.toString(), MNT_DETACH));
    }

    /** Moves the calling thread to the namespace with this name. */
    static void enterNetworkNamespace(Path name) {
        int fd = check("open", CALLS.open(name.toString(), O_CLOEXEC));
        check("setns", CALLS.setns(fd, CLONE_NEWNET));
        check("close", CALLS.close(fd));
    }

    /**
     * Drops CAP_NET_ADMIN and CAP_NET_RAW for the calling thread and the processes that it starts, even as root, for good.
     */
    static void dropNetworkCapabilities() {
        check("prctl", CALLS.prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0));
        check("prctl", CALLS.prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0));
        int[] header = {CAPABILITY_VERSION_3, 0}; // 0 is the calling thread
        int[] data = new int[6]; // effective, permitted, inheritable of capabilities 0..31, then of 32..63
        check("capget", CALLS.capget(header, data));
        for (int set = 0; set < 3; set++) {
            data[set] &= ~(1 << CAP_NET_ADMIN | 1 << CAP_NET_RAW);
        }
        check("capset", CALLS.capset(header, data));
    }

    private static int check(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + ": errno " + LastError.getLastError(RUNTIME));
        }
        return result;
    }
}
