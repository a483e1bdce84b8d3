package io.ipipou.spi.state;

/**
 * The mark that makes a link managed by ipipou.
 *
 * @param alias the link's ifalias, empty for none; {@code ipipou:NAME} on managed links
 * @param group the link's group, the kernel's u32 as a signed number; 0 is the default group
 */
public record Mark(String alias, int group) {

    public static final String PREFIX = "ipipou:";

    /** The group of all managed links: {@code ip link show group 26992} lists them. */
    public static final int GROUP = 26992;

    /** The mark of the tunnel of this name. */
    public static Mark of(LinkName tunnel) {
        return new Mark(PREFIX + tunnel, GROUP);
    }

    /**
     * Whether the link is managed by ipipou: it has ipipou's alias, or no alias and ipipou's group. The latter is what
     * a process leaves that is killed while it creates a link, because the kernel sets the alias only in a second step.
     */
    public boolean isManaged() {
        return alias.startsWith(PREFIX) || (alias.isEmpty() && group == GROUP);
    }
}
