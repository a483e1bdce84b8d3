package io.ipipou.backend.iproute2;

import io.ipipou.spi.backend.BackendException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the calling thread, and so a process that it starts, has CAP_NET_ADMIN. Checked before anything is written,
 * because {@code ip} looks up names first and would report a missing one instead.
 */
interface Privilege {

    /** CAP_NET_ADMIN of linux/capability.h. */
    int NET_ADMIN = 12;

    /** The effective capabilities, see proc_pid_status(5). */
    Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");

    boolean isHeld() throws BackendException;

    /** The privilege of the calling thread. */
    static boolean ofThread() throws BackendException {
        Path status = Path.of("/proc/thread-self/status");
        try {
            return isInEffectiveSet(Files.readString(status));
        } catch (IOException e) {
            throw new BackendException(status + " cannot be read: is /proc mounted?", e);
        }
    }

    static boolean isInEffectiveSet(String status) {
        Matcher effective = EFFECTIVE.matcher(status);
        return effective.find() && (Long.parseUnsignedLong(effective.group(1), 16) >>> NET_ADMIN & 1) == 1;
    }
}
