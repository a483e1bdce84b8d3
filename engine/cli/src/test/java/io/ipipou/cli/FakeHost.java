package io.ipipou.cli;

import io.ipipou.cli.process.Directories;
import io.ipipou.spi.SpiVersion;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceProvider;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkName;
import io.ipipou.testkit.FakeKernel;
import io.ipipou.testkit.source.ScriptedSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The host of these tests: a fake kernel, directories of its own, and a scripted repository. */
public final class FakeHost {

    /** The result of a command. */
    public record Run(int status, String out, String err) {}

    private static FakeKernel kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
    private static ScriptedSource source = new ScriptedSource();
    private static Optional<Location> location = Optional.empty();

    private FakeHost() {}

    /** A host on which nothing has run yet. */
    public static void reset() throws IOException {
        kernel = FakeKernel.withDevice(new LinkName("eth0"), Ipv4.of("203.0.113.1"), 24);
        source = new ScriptedSource();
        location = Optional.empty();
        for (Path directory : new Path[] {Directories.state(), Directories.run()}) {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    public static FakeKernel kernel() {
        return kernel;
    }

    public static ScriptedSource source() {
        return source;
    }

    /** What the source was last opened with. */
    public static Location location() {
        return location.orElseThrow();
    }

    public static Set<String> tunnels() {
        return kernel.state().links().keySet().stream().map(LinkName::value).collect(Collectors.toSet());
    }

    public static Run ipipou(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Ipipou.run(arguments, new PrintWriter(out), new PrintWriter(err));
        return new Run(status, out.toString(), err.toString());
    }

    /** The kernel as a plugin. */
    public static final class Kernel implements BackendProvider {
        @Override
        public String id() {
            return "netlink";
        }

        @Override
        public String description() {
            return "a fake kernel";
        }

        @Override
        public int spiVersion() {
            return SpiVersion.CURRENT;
        }

        @Override
        public Backend open(String nftTable) {
            return kernel.backend();
        }
    }

    /** The repository as a plugin. */
    public static final class Repository implements SourceProvider {
        @Override
        public String id() {
            return "git";
        }

        @Override
        public String description() {
            return "a scripted repository";
        }

        @Override
        public int spiVersion() {
            return SpiVersion.CURRENT;
        }

        @Override
        public ConfigSource open(Location place) {
            location = Optional.of(place);
            return source;
        }
    }
}
