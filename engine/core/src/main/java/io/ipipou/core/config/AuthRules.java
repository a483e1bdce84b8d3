package io.ipipou.core.config;

import io.ipipou.core.config.AuthEntryType.AuthValues;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import io.ipipou.spi.config.Setting;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the entries of {@code auth} are fit for what tunnels use them for; each is asked once. */
final class AuthRules {

    private final KnownPlugins plugins;
    private final Map<String, At<AuthValues>> entries;
    private final Problems problems;
    private final Set<String> checked = new HashSet<>();

    AuthRules(KnownPlugins plugins, Map<String, At<AuthValues>> entries, Problems problems) {
        this.plugins = plugins;
        this.entries = entries;
        this.problems = problems;
    }

    void check(TunnelEntry tunnel, Mode mode, Peer peer) {
        if (mode == Mode.STATIC || peer.auth().isEmpty()) {
            return;
        }
        Auth auth = peer.auth().get();
        Requirement need = mode == Mode.CLIENT ? Requirement.TO_AUTHENTICATE : Requirement.TO_VERIFY;
        if (!checked.add(auth.name() + " " + need)) {
            return;
        }
        At<AuthValues> entry = Objects.requireNonNull(entries.get(auth.name()));
        Optional<List<Setting>> missing = missing(auth, entry.at(), need);
        if (missing.isPresent()) {
            Setting first = missing.get().get(0);
            String use = mode == Mode.CLIENT ? "this host authenticates with it in " : "it authenticates the peer of ";
            problems.error(
                    entry.at(),
                    names(missing.get()) + " is missing: " + use + tunnel.path(),
                    new Hint(first.description(), "").add(first.name()));
        } else if (isComplete(entry, auth)) {
            askPlugin(auth, entry.at(), need);
        }
    }

    /** The first group of settings that are needed for this and not given. */
    private Optional<List<Setting>> missing(Auth auth, Value entry, Requirement need) {
        Map<String, List<Setting>> groups = plugins.authSchemes().get(auth.scheme()).stream()
                .collect(Collectors.groupingBy(Setting::group, LinkedHashMap::new, Collectors.toList()));
        return groups.values().stream()
                .filter(group -> group.get(0).requirement() == need
                        && group.stream().noneMatch(s -> entry.get(s.name()).isPresent()))
                .findFirst();
    }

    private static String names(List<Setting> settings) {
        return Spelling.list(settings.stream().map(Setting::name).toList(), "or");
    }

    /** Whether nothing is wrong with it that the plugin would stumble over. */
    private boolean isComplete(At<AuthValues> entry, Auth auth) {
        return !problems.isFlagged(entry.at())
                && plugins.authSchemes().get(auth.scheme()).stream()
                        .allMatch(s -> entry.at().get(s.name()).isEmpty()
                                || auth.settings().names().contains(s.name()));
    }

    private void askPlugin(Auth auth, Value entry, Requirement need) {
        try {
            plugins.authCheck().check(auth.scheme(), auth.settings(), need);
        } catch (InvalidSettingException e) {
            Value at = entry.get(e.setting()).orElse(entry);
            problems.missing(at, Objects.toString(e.getMessage(), "is not valid"), "");
        } catch (RuntimeException e) { // its message can have what must not be shown
            String message = "the plugin of scheme " + auth.scheme() + " failed: "
                    + e.getClass().getName();
            problems.missing(entry, message, "report it to the plugin's author");
        }
    }
}
