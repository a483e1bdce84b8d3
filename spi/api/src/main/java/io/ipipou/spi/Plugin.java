package io.ipipou.spi;

/**
 * What every plugin says about itself; its subtypes are {@link java.util.ServiceLoader} services. Constructing one does
 * no I/O. Safe for use by several threads.
 */
public interface Plugin {

    /** What the file calls it: lower-case letters, digits and hyphens. Of two with one id the first found is used. */
    String id();

    /** One line for {@code ipipou plugins}, without a full stop. */
    String description();

    /**
     * Always {@code return SpiVersion.CURRENT;}. The engine refuses a plugin that was compiled against a newer version
     * than its own, and calls nothing else of it.
     */
    int spiVersion();
}
