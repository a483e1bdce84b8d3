package io.ipipou.spi.state;

/**
 * How a link says whose it is.
 *
 * @param alias the link's ifalias, empty for none; {@code ipipou:NAME} makes a link ours
 * @param group the link's group number, 0 being the kernel's default group; a signed view of the kernel's u32
 */
public record Mark(String alias, int group) {

    public static final String PREFIX = "ipipou:";

    /** The group of all our links, so that {@code ip link show group 26992} lists them. */
    public static final int GROUP = 26992;

    /** The mark of the tunnel of this name. */
    public static Mark of(LinkName tunnel) {
        return new Mark(PREFIX + tunnel, GROUP);
    }

    /**
     * Whether the link is ours: its alias says so, or it has none and is in our group. The kernel takes the group from
     * the message that creates a link but not the alias, so a run that was killed between the two leaves such a link.
     */
    public boolean isManaged() {
        return alias.startsWith(PREFIX) || (alias.isEmpty() && group == GROUP);
    }
}
