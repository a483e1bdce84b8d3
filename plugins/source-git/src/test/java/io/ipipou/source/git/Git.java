package io.ipipou.source.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs git(1) in one work tree, without the host's git configuration. */
record Git(Path directory, Map<String, String> environment) {

    private static final int SECONDS = 60;

    static Git init(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Git git = new Git(
                directory,
                Map.of(
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_AUTHOR_NAME", "Ada",
                        "GIT_AUTHOR_EMAIL", "ada@example.net",
                        "GIT_COMMITTER_NAME", "Ada",
                        "GIT_COMMITTER_EMAIL", "ada@example.net"));
        git.run("init", "-q", "-b", "main");
        return git;
    }

    /** The same work tree with another environment variable. */
    Git with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Git(directory, more);
    }

    /** Returns the output. */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(Arrays.asList(arguments));
        return execute("", command);
    }

    /** Runs any command with this standard input; returns its output. */
    String execute(String input, List<String> command) throws IOException, InterruptedException {
        Outcome outcome = attempt(input, command);
        if (outcome.status() != 0) {
            throw new AssertionError(command + " failed: " + outcome.printed());
        }
        return outcome.printed();
    }

    /** Exit status and output of a command. */
    record Outcome(int status, String printed) {}

    Outcome attempt(String input, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(command + " does not end: " + printed);
        }
        return new Outcome(process.exitValue(), printed.strip());
    }

    /** Moves the branch to a commit with this raw content. */
    String commitRaw(String content) throws IOException, InterruptedException {
        String id = execute(content, List.of("git", "hash-object", "-t", "commit", "-w", "--stdin"));
        run("reset", "-q", "--hard", id);
        return id;
    }

    /** Writes a file, commits everything and returns the commit. */
    String commit(String path, String content, String... options) throws IOException, InterruptedException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return commitAll(options);
    }

    String commitAll(String... options) throws IOException, InterruptedException {
        run("add", "-A");
        List<String> command = new ArrayList<>(List.of("commit", "-q", "--allow-empty", "-m", "a change"));
        command.addAll(Arrays.asList(options));
        run(command.toArray(String[]::new));
        return run("rev-parse", "HEAD");
    }
}
