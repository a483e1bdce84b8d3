package io.ipipou.core.config;

import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the plugins that were found let the file say.
 *
 * @param authSchemes the settings of each scheme, by its id
 * @param authCheck what the schemes themselves say to settings of the right types
 * @param backends the ids that {@code settings.backend} may name
 */
public record KnownPlugins(
        SortedMap<String, List<Setting>> authSchemes, AuthCheck authCheck, SortedSet<String> backends) {

    /** Asks the plugin of a scheme whether it can work with an entry of the file. */
    @FunctionalInterface
    public interface AuthCheck {
        /**
         * @param use {@link Requirement#TO_AUTHENTICATE} for a client's side, {@link Requirement#TO_VERIFY} for a server's
         * @throws InvalidSettingException if it cannot
         */
        void check(String scheme, Settings settings, Requirement use) throws InvalidSettingException;
    }

    public KnownPlugins {
        authSchemes = Collections.unmodifiableSortedMap(new TreeMap<>(authSchemes));
        backends = Collections.unmodifiableSortedSet(new TreeSet<>(backends));
    }

    public static KnownPlugins of(Map<String, List<Setting>> authSchemes, AuthCheck authCheck, Set<String> backends) {
        return new KnownPlugins(new TreeMap<>(authSchemes), authCheck, new TreeSet<>(backends));
    }
}
