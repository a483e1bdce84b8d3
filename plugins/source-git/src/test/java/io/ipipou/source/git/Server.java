package io.ipipou.source.git;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** A server process on loopback. */
record Server(Process process, int port, Path log) implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    /** A real sshd(8) that admits this test's user with the key {@code client} of the directory. */
    static Server sshd(Path directory, Git tools) throws IOException, InterruptedException {
        int port = freePort();
        Path host = directory.resolve("host");
        Path client = directory.resolve("client");
        for (Path key : List.of(host, client)) {
            tools.execute("", List.of("ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", key.toString()));
        }
        String hostKey = Files.readString(Path.of(host + ".pub"));
        Files.writeString(directory.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + hostKey);
        Path configuration = directory.resolve("sshd_config");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "Port " + port,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + host,
                        "PidFile none",
                        "AuthorizedKeysFile " + client + ".pub",
                        "StrictModes no",
                        "UsePAM no",
                        "PermitRootLogin yes",
                        "PasswordAuthentication no",
                        "LogLevel ERROR",
                        ""));
        if (System.getProperty("user.name").equals("root")) {
            // sshd requires it: an empty directory to chroot to.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        return start(port, List.of("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString()));
    }

    private static Server start(int port, List<String> command) throws IOException {
        Path log = Files.createTempFile("server", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Awaitility.await(command + " listens on port " + port)
                    .atMost(START)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast("the process has ended", () -> !process.isAlive())
                    .until(() -> answers(port));
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            process.destroyForcibly();
            throw new AssertionError(e.getMessage() + ": " + Files.readString(log), e);
        }
        return new Server(process, port, log);
    }

    private static boolean answers(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return true;
        } catch (java.net.ConnectException | java.net.SocketTimeoutException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
        Files.delete(log);
    }
}
