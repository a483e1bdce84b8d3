package io.ipipou.spi;

/**
 * What every plugin has. The subtypes are {@link java.util.ServiceLoader} services: a plugin is a jar that lists its
 * provider class in {@code META-INF/services}. The public constructor without parameters does no I/O. A provider lives
 * as long as the process and must be safe for use by several threads.
 */
public interface Plugin {

    /**
     * Its name in configuration files: lower-case letters, digits and hyphens. Of two plugins with the same id the
     * first one found is used.
     */
    String id();

    /** One line for the list of {@code ipipou plugins}, without a full stop. */
    String description();

    /**
     * Must be {@code return SpiVersion.CURRENT;}. The engine ignores a plugin that was compiled against a newer version
     * than its own, and reports it.
     */
    int spiVersion();
}
