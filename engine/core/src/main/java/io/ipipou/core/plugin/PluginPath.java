package io.ipipou.core.plugin;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Where plugins are loaded from: first ipipou's class path, then every jar of the plugin directories. Each jar has its
 * own class loader, so that two plugins can contain different versions of a library. The class loaders are never
 * closed.
 */
public final class PluginPath {

    /** Where packages install plugins. */
    public static final Path SYSTEM_DIRECTORY = Path.of("/usr/lib/ipipou/plugins");

    /** An environment variable with more directories, separated as in PATH. */
    public static final String ENVIRONMENT = "IPIPOU_PLUGIN_PATH";

    private final Map<String, ClassLoader> origins = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private PluginPath() {}

    /**
     * The class path, the system directory and the given directories, in this order.
     *
     * @param directories the value of {@code --plugin-path} or {@link #ENVIRONMENT}, separated as in PATH
     */
    public static PluginPath of(Optional<String> directories) {
        PluginPath path = new PluginPath();
        path.origins.put("built in", PluginPath.class.getClassLoader());
        directories(directories).forEach(path::addDirectory);
        return path;
    }

    /** The system directory, if there is one, and the given directories; of these some may not exist. */
    public static List<Path> directories(Optional<String> directories) {
        return Stream.concat(
                        Stream.of(SYSTEM_DIRECTORY).filter(Files::isDirectory),
                        directories.stream()
                                .flatMap(list -> Arrays.stream(list.split(File.pathSeparator)))
                                .filter(name -> !name.isEmpty())
                                .map(Path::of))
                .toList();
    }

    private void addDirectory(Path directory) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            List<Path> sorted = new ArrayList<>();
            jars.forEach(sorted::add);
            sorted.sort(null);
            sorted.forEach(this::addJar);
        } catch (NoSuchFileException e) {
            problems.add("plugin directory " + directory + " does not exist");
        } catch (IOException e) {
            problems.add("plugin directory " + directory + " cannot be read: " + e);
        }
    }

    private void addJar(Path jar) {
        try {
            // A class loader treats a broken jar as empty.
            new JarFile(jar.toFile()).close();
            origins.put(
                    jar.toString(),
                    new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginPath.class.getClassLoader()));
        } catch (IOException e) {
            problems.add(jar + ": not a readable jar: " + e.getMessage());
        }
    }

    /** Class loaders by origin, in search order. */
    Map<String, ClassLoader> origins() {
        return origins;
    }

    /** Directories and jars that could not be read. */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
