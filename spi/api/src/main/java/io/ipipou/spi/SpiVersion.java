package io.ipipou.spi;

/** The version of this interface between the engine and its plugins. */
public final class SpiVersion {

    /**
     * Rises by one with every change that an older engine could not serve. A compile-time constant: a plugin that
     * returns it from {@link Plugin#spiVersion} reports the version it was compiled against, not the one it runs with.
     */
    public static final int CURRENT = 1;

    private SpiVersion() {}
}
