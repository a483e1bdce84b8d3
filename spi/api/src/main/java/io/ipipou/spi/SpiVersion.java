package io.ipipou.spi;

/** The version of the interface between the engine and its plugins. */
public final class SpiVersion {

    /**
     * Raised by one with every change that an older engine does not support. A compile-time constant, so that
     * {@link Plugin#spiVersion} returns the version that the plugin was compiled against.
     */
    public static final int CURRENT = 1;

    private SpiVersion() {}
}
