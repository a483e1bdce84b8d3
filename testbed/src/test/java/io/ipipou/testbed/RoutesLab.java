package io.ipipou.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Hosts on which tests apply files with routes, and ask the kernel which way it would send packets. */
abstract class RoutesLab {

    @TempDir
    Path directory;

    final Lab lab = new Lab();

    @AfterEach
    void closeLab() {
        lab.close();
    }

    Path file(NetworkNamespace host, String yaml) throws IOException {
        return Files.writeString(directory.resolve(host.name() + ".yaml"), yaml);
    }

    void apply(NetworkNamespace host, String yaml) throws IOException {
        Cli.Result run = Cli.run(host, "apply", file(host, yaml).toString());
        assertThat(run.status()).as(run.toString()).isZero();
    }

    void assertNoChanges(NetworkNamespace host, String yaml) throws IOException {
        for (String backend : List.of("netlink", "iproute2")) {
            Cli.Result plan = Cli.run(
                    host,
                    "plan",
                    "--detailed-exitcode",
                    "--backend",
                    backend,
                    file(host, yaml).toString());
            assertThat(plan.status()).as(plan.toString()).isZero();
        }
    }

    static String route(NetworkNamespace host, String... arguments) {
        String[] command = new String[arguments.length + 3];
        System.arraycopy(new String[] {"ip", "route", "get"}, 0, command, 0, 3);
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return host.run(command);
    }
}
