package io.ipipou.core.config;

import io.ipipou.spi.state.LinkName;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Interface names of the file. */
final class LinkNames {

    /** Names that the kernel or {@code /proc/sys/net} has another use for. */
    private static final Set<String> RESERVED = Set.of("lo", "tunl0", "all", "default");

    private LinkNames() {}

    static LinkName parse(String text) throws InvalidValue {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LinkName.MAX_LENGTH) {
            throw new InvalidValue("has " + bytes + " bytes; an interface name has at most " + LinkName.MAX_LENGTH);
        }
        boolean clean =
                text.codePoints().noneMatch(c -> Character.isISOControl(c) || Character.isSpaceChar(c) || c == 0xFEFF);
        if (!clean) {
            throw new InvalidValue("is not an interface name");
        }
        return LinkName.parse(text).orElseThrow(() -> new InvalidValue("is not an interface name"));
    }

    /** Of a tunnel's own. */
    static LinkName ofTunnel(String text) throws InvalidValue {
        if (RESERVED.contains(text)) {
            throw new InvalidValue("is reserved by the kernel");
        }
        return parse(text);
    }
}
