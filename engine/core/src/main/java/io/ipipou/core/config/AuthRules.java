package io.ipipou.core.config;

import io.ipipou.core.config.FieldTable.Group;
import io.ipipou.spi.config.InvalidSettingException;
import io.ipipou.spi.config.Requirement;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Whether the entries of {@code auth} are fit for what tunnels use them for; each is asked once. */
final class AuthRules {

    private final KnownPlugins.AuthCheck plugins;
    private final Map<String, At<AuthFormat.Entry>> entries;
    private final Problems problems;
    private final Set<String> checked = new HashSet<>();

    AuthRules(KnownPlugins.AuthCheck plugins, Map<String, At<AuthFormat.Entry>> entries, Problems problems) {
        this.plugins = plugins;
        this.entries = entries;
        this.problems = problems;
    }

    void check(TunnelEntry tunnel, Mode mode, Auth auth) {
        Requirement need = mode == Mode.CLIENT ? Requirement.TO_AUTHENTICATE : Requirement.TO_VERIFY;
        if (mode == Mode.STATIC || !checked.add(auth.name() + " " + need)) {
            return;
        }
        At<AuthFormat.Entry> entry = Objects.requireNonNull(entries.get(auth.name()));
        Optional<Group> missing = entry.value().table().groups().stream()
                .filter(group ->
                        group.need() == need && group.givenIn(entry.at()).isEmpty())
                .findFirst();
        if (missing.isPresent()) {
            String use =
                    mode == Mode.CLIENT ? ": this host authenticates with it in " : ": it authenticates the peer of ";
            missing.get().checkGiven(entry.at(), use + tunnel.path(), problems);
        } else if (entry.value().settings().isValid()) {
            askPlugin(auth, entry.at(), need);
        }
    }

    private void askPlugin(Auth auth, Node entry, Requirement need) {
        try {
            plugins.check(auth.scheme(), auth.settings(), need);
        } catch (InvalidSettingException e) {
            Node at = entry.get(e.setting()).orElse(entry);
            problems.error(at, Objects.toString(e.getMessage(), "is not valid"), "");
        } catch (RuntimeException e) { // its message can have what must not be shown
            String message = "the plugin of scheme " + auth.scheme() + " failed: "
                    + e.getClass().getName();
            problems.error(entry, message, "report it to the plugin's author");
        }
    }
}
