package io.ipipou.source.git;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A server process on loopback, up until it is closed. */
record Server(Process process, int port, Path log) implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    /** The real git-daemon(1) over all repositories below a directory. */
    static Server gitDaemon(Path base) throws IOException, InterruptedException {
        int port = freePort();
        return start(
                port,
                List.of(
                        "git",
                        "daemon",
                        "--reuseaddr",
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--export-all",
                        "--base-path=" + base));
    }

    /** The real sshd(8), which lets this test's user in with the key {@code client} of the directory. */
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
            // Where root's sshd locks itself in.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        return start(port, List.of("/usr/sbin/sshd", "-D", "-e", "-f", configuration.toString()));
    }

    static Server start(int port, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("server", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Instant end = Instant.now().plus(START);
        while (!answers(port)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not listen on port " + port + ": " + Files.readString(log));
            }
            Thread.onSpinWait();
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
