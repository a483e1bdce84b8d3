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
 * The plugins of one service. One that cannot be used is reported and does not affect the others.
 *
 * @param <P> the service's provider interface
 */
public final class Catalog<P extends Plugin> {

    /**
     * A usable plugin.
     *
     * @param origin its jar, or {@code built in}
     */
    public record Found<P>(P plugin, String origin) {}

    private final Map<String, Found<P>> found = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private Catalog() {}

    /** Loads the service's providers from the path. Of several with the same id, the first is used. */
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
                // A jar's class loader also finds the providers of its parent.
                if (provider.type().getClassLoader().equals(loader)) {
                    add(provider.get(), origin);
                }
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                problems.add(origin + ": cannot be loaded as a " + service.getSimpleName() + ": " + e);
            }
        }
    }

    private void add(P plugin, String origin) {
        if (plugin.spiVersion() > SpiVersion.CURRENT) {
            problems.add(origin + ": needs a newer ipipou: built for version " + plugin.spiVersion()
                    + " of the plugin interface, and this ipipou has version " + SpiVersion.CURRENT);
            return;
        }
        Found<P> first = found.putIfAbsent(plugin.id(), new Found<>(plugin, origin));
        if (first != null) {
            problems.add(origin + ": ignored, because another plugin has the id " + plugin.id() + ": "
                    + first.plugin().getClass().getName() + " (" + first.origin() + ")");
        }
    }

    public Optional<P> get(String id) {
        return Optional.ofNullable(found.get(id)).map(Found::plugin);
    }

    /** All usable plugins, in the order in which they were found. */
    public List<Found<P>> all() {
        return List.copyOf(found.values());
    }

    /** The plugins that cannot be used, and why. */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
