package io.ipipou.source.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.source.ConfigSource;
import io.ipipou.spi.source.Fetched;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitSourceTest {

    @TempDir
    private Path directory;

    private Git git;

    @BeforeEach
    void createRepository() throws IOException, InterruptedException {
        git = Git.init(directory.resolve("origin"));
        git.commit("hosts/hub.yaml", "one\n");
    }

    @Test
    void fetchesTheFileOfTheHead() throws IOException, InterruptedException, SourceException {
        String second = git.commit("hosts/hub.yaml", "two\n");

        try (ConfigSource source = location().open()) {
            assertThat(source.head()).isEqualTo(second);
            Fetched fetched = source.fetch(Optional.empty());
            assertThat(text(fetched)).isEqualTo("two\n");
            assertThat(fetched.revision().id()).isEqualTo(second);
            assertThat(fetched.revision().author()).isEqualTo("Ada <ada@example.net>");
            assertThat(fetched.descends()).isTrue();
        }
    }

    @Test
    void followsTheBranchAndReportsDescent() throws IOException, InterruptedException, SourceException {
        try (ConfigSource source = location().open()) {
            String first = source.fetch(Optional.empty()).revision().id();
            for (int commit = 0; commit < 40; commit++) {
                git.commit("hosts/hub.yaml", "change " + commit + "\n");
            }
            Fetched later = source.fetch(Optional.of(first));
            assertThat(later.descends()).isTrue();
            assertThat(text(later)).isEqualTo("change 39\n");

            git.run("checkout", "-q", "--orphan", "other");
            git.commit("hosts/hub.yaml", "rewritten\n");
            git.run("branch", "-f", "main");
            Fetched forced = source.fetch(Optional.of(later.revision().id()));
            assertThat(text(forced)).isEqualTo("rewritten\n");
            assertThat(forced.descends()).isFalse();
        }
    }

    @Test
    void acceptsHeadAndFullNames() throws IOException, InterruptedException, SourceException {
        String head = git.run("rev-parse", "HEAD");
        for (String ref : new String[] {"HEAD", "refs/heads/main", "main"}) {
            assertThat(head(location().ref(ref))).isEqualTo(head);
        }
    }

    private static String head(Locations location) throws SourceException {
        try (ConfigSource source = location.open()) {
            return source.head();
        }
    }

    private Locations location() {
        return Locations.at("file://" + git.directory(), directory);
    }

    private static String text(Fetched fetched) {
        return new String(fetched.content(), StandardCharsets.UTF_8);
    }
}
