package io.ipipou.core.plugin;

import io.ipipou.spi.Plugin;
import io.ipipou.spi.SpiVersion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The plugins of one service. A plugin that cannot be used is a problem to report and never keeps another from being
 * found.
 *
 * @param <P> the service's provider interface
 */
public final class Catalog<P extends Plugin> {

    /**
     * A plugin that can be used.
     *
     * @param origin the jar it came from, or {@code built in}
     */
    public record Found<P>(P plugin, String origin) {}

    private final Map<String, Found<P>> found = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Catalog() {}

    /** Looks for a service's providers along the path; the first of each id is the one that counts. */
    public static <P extends Plugin> Catalog<P> load(PluginPath path, Class<P> service) {
        Catalog<P> catalog = new Catalog<>();
        path.origins().forEach((origin, loader) -> catalog.load(origin, loader, service));
        return catalog;
    }

    private void load(String origin, ClassLoader loader, Class<P> service) {
        Iterator<ServiceLoader.Provider<P>> providers =
                ServiceLoader.load(service, loader).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return;
                }
                ServiceLoader.Provider<P> provider = providers.next();
                // A jar's loader also finds what its parent has, which was found there already.
                if (provider.type().getClassLoader().equals(loader)) {
                    add(provider.get(), origin);
                }
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                problems.add(origin + ": not usable as a " + service.getSimpleName() + ": " + e);
            }
        }
    }

    private void add(P plugin, String origin) {
        if (plugin.spiVersion() > SpiVersion.CURRENT) {
            problems.add(origin + ": needs a newer ipipou: it was built for plugin interface " + plugin.spiVersion()
                    + ", and this one has " + SpiVersion.CURRENT);
            return;
        }
        Found<P> first = found.putIfAbsent(plugin.id(), new Found<>(plugin, origin));
        if (first != null) {
            problems.add(origin + ": ignored, because the id " + plugin.id() + " is taken by "
                    + first.plugin().getClass().getName() + " (" + first.origin() + ")");
        }
    }

    public Optional<P> get(String id) {
        return Optional.ofNullable(found.get(id)).map(Found::plugin);
    }

    /** All that can be used, in the order found. */
    public List<Found<P>> all() {
        return List.copyOf(found.values());
    }

    /** What was found and cannot be used, and why. */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
