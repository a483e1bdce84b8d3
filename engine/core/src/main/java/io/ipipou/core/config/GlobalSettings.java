package io.ipipou.core.config;

import io.ipipou.spi.state.Ipv4Prefix;

/**
 * The {@code settings} of the file.
 *
 * @param backend the id of a backend plugin
 * @param nftTable the table of family ip that is managed by ipipou
 * @param queue the NFQUEUE number, 0..65535
 * @param aliasRange where the private local addresses come from
 */
public record GlobalSettings(String backend, String nftTable, int queue, Ipv4Prefix aliasRange) {

    public static final GlobalSettings DEFAULT = FileFormat.defaultSettings();

    /** Whether an agent must be restarted to change to the other settings: it reads the rest only at start. */
    public boolean requiresRestart(GlobalSettings other) {
        return !equals(new GlobalSettings(other.backend, other.nftTable, other.queue, aliasRange));
    }
}
