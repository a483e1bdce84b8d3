package io.ipipou.core.config;

import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import io.ipipou.spi.config.SettingType;
import io.ipipou.spi.config.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the plugins that were found add to the file.
 *
 * @param authSchemes the settings of each scheme, by its id
 * @param authCheck asks a scheme's plugin about settings that are of the declared types
 * @param backends the ids that {@code settings.backend} can have
 */
public record KnownPlugins(
        SortedMap<String, List<Setting>> authSchemes, AuthCheck authCheck, SortedSet<String> backends) {

    private static final Set<SettingType> SECRET_TYPES = Set.of(SettingType.SECRET_TEXT, SettingType.SECRET_BASE64);

    /** Asks the plugin of a scheme whether it accepts an entry of the file. */
    @FunctionalInterface
    public interface AuthCheck {
        /**
         * @param use {@link Requirement#TO_AUTHENTICATE} for a client's side, {@link Requirement#TO_VERIFY} for a server's
         * @throws InvalidSettingException if it does not
         */
        void check(String scheme, Settings settings, Requirement use) throws InvalidSettingException;
    }

    /**
     * Checks the name of a secret setting, such as {@code privateKey}.
     *
     * @return what is wrong with it and what to write instead; empty when a scheme has that secret
     */
    public Optional<String> validateSecret(String name) {
        Set<String> secrets = secrets();
        if (secrets.contains(name)) {
            return Optional.empty();
        }
        boolean known = all().anyMatch(setting -> setting.name().equals(name));
        String instead = Spelling.didYouMean(name, secrets).orElse("the secrets are " + Spelling.list(secrets, "and"));
        return Optional.of((known ? "not a secret" : "unknown setting") + " (" + instead + ")");
    }

    /** The names of all secret settings. */
    public SortedSet<String> secrets() {
        return all().filter(setting -> SECRET_TYPES.contains(setting.type()))
                .map(Setting::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<Setting> all() {
        return authSchemes.values().stream().flatMap(List::stream);
    }

    public KnownPlugins {
        authSchemes = Collections.unmodifiableSortedMap(new TreeMap<>(authSchemes));
        backends = Collections.unmodifiableSortedSet(new TreeSet<>(backends));
    }

    public static KnownPlugins of(Map<String, List<Setting>> authSchemes, AuthCheck authCheck, Set<String> backends) {
        return new KnownPlugins(new TreeMap<>(authSchemes), authCheck, new TreeSet<>(backends));
    }
}
