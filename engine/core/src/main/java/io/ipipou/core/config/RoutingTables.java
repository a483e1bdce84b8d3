package io.ipipou.core.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names that iproute2 knows routing tables by: {@code rt_tables} and {@code rt_tables.d/*.conf} of its directories, read
 * when first asked for. Used by one thread at a time.
 */
final class RoutingTables {

    /** Where distributions have iproute2's files; an administrator's, which come last, override the others. */
    static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/lib/iproute2"), Path.of("/usr/share/iproute2"), Path.of("/etc/iproute2"));

    private static final Pattern LINE = Pattern.compile("\\s*(0x[0-9A-Fa-f]{1,8}|[0-9]{1,10})\\s+([^\\s#]+).*");

    private final List<Path> directories;
    private @Nullable SortedMap<String, Integer> names;

    RoutingTables(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** @throws InvalidValue if no table has the name */
    int number(String name) throws InvalidValue {
        if (names == null) {
            names = read();
        }
        Integer number = names.get(name);
        if (number == null) {
            throw new InvalidValue(
                    "is not a routing table of this host",
                    name.matches("[0-9]+")
                            ? Optional.empty() // a number in quotes
                            : Spelling.didYouMean(name, names.keySet())
                                    .or(() -> Optional.of("write its number, or name it in /etc/iproute2/rt_tables")));
        }
        return number;
    }

    private SortedMap<String, Integer> read() {
        SortedMap<String, Integer> found = new TreeMap<>();
        found.put("default", 253);
        found.put("main", 254);
        found.put("local", 255);
        directories.forEach(directory -> files(directory).forEach(file -> read(file, found)));
        return found;
    }

    private static List<Path> files(Path directory) {
        List<Path> files = new ArrayList<>(List.of(directory.resolve("rt_tables")));
        try (Stream<Path> more = Files.list(directory.resolve("rt_tables.d"))) {
            more.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(files::add);
        } catch (IOException e) {
            return files; // most hosts have no such directory
        }
        return files;
    }

    private static void read(Path file, SortedMap<String, Integer> names) {
        try {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
                Matcher matcher = LINE.matcher(line);
                long number = matcher.matches() ? Long.decode(decimalOrHex(matcher.group(1))) : 0;
                if (number > 0 && number <= Types.MAX_UNSIGNED) {
                    names.put(matcher.group(2), (int) number);
                }
            }
        } catch (IOException e) {
            return; // as iproute2, which goes on without the file
        }
    }

    /** {@code 010} is ten, as iproute2 reads it. */
    private static String decimalOrHex(String text) {
        return text.startsWith("0x") ? text : text.replaceFirst("^0+(?=.)", "");
    }
}
