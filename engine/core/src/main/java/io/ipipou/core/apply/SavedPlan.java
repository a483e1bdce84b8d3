package io.ipipou.core.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ipipou.core.json.Json;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A plan in a file, which is later applied exactly as saved or not at all. It holds the changes and the path of the
 * configuration file, not that file's content, and no secret.
 *
 * @param bootAndNamespace where it was made
 * @param file the absolute path of the configuration file
 * @param backend the id of the backend that it was made with
 * @param changes as JSON, by the resource's address
 * @param writes as JSON, sorted
 */
public record SavedPlan(
        String bootAndNamespace, String file, String backend, Map<String, List<String>> changes, List<String> writes) {

    /** The first key, by which a saved plan is recognised. */
    private static final String FORMAT = "ipipou-plan";

    private static final int VERSION = 2;

    /** It lacks nothing that it had to have: what version 2 added has a usual value. */
    private static final int PREVIOUS_VERSION = 1;

    private static final byte[] BEGINNING = ("{\"" + FORMAT + "\":").getBytes(StandardCharsets.US_ASCII);

    public static SavedPlan of(Plan plan, String file, String backend) throws IOException {
        return new SavedPlan(Journal.bootAndNamespace(), file, backend, changes(plan), writes(plan));
    }

    private static Map<String, List<String>> changes(Plan plan) {
        Map<String, List<String>> changes = new TreeMap<>();
        for (Change change : plan.changes()) {
            changes.computeIfAbsent(change.id().toString(), address -> new ArrayList<>())
                    .add(Json.line(StoredFormat.JSON.encode(change)));
        }
        return changes;
    }

    private static List<String> writes(Plan plan) {
        return plan.operations().stream()
                .map((Operation operation) -> Json.line(StoredFormat.JSON.encode(operation)))
                .sorted()
                .toList();
    }

    /**
     * Compares this plan with a new one.
     *
     * @throws NotAppliedException if they differ, which it lists, or if this one was made on another host
     */
    public void check(Plan now) throws NotAppliedException {
        checkHost();
        Map<String, List<String>> changesNow = changes(now);
        List<String> differences = new ArrayList<>();
        changes.forEach((address, change) -> {
            if (!changesNow.containsKey(address)) {
                differences.add(address + ": in the saved plan, but no longer needs a change");
            } else if (!changesNow.get(address).equals(change)) {
                differences.add(address + ": the change is different now");
            }
        });
        changesNow.keySet().stream()
                .filter(address -> !changes.containsKey(address))
                .forEach(address -> differences.add(address + ": not in the saved plan, but would change now"));
        if (differences.isEmpty() && !writes(now).equals(writes)) {
            differences.add("the kernel writes are different now");
        }
        if (!differences.isEmpty()) {
            throw new NotAppliedException(
                    "the host or " + file + " has changed since the plan was saved (run ipipou plan again)\n"
                            + String.join("\n", differences));
        }
    }

    private void checkHost() throws NotAppliedException {
        try {
            if (!bootAndNamespace.equals(Journal.bootAndNamespace())) {
                throw new NotAppliedException(
                        "the plan was saved on another host, in another network namespace, or before the last boot"
                                + " (run ipipou plan again)");
            }
        } catch (IOException e) {
            throw new NotAppliedException("cannot read the boot ID and network namespace: " + e.getMessage());
        }
    }

    /** Whether the file is a saved plan, judging by its content; false if it cannot be read. */
    public static boolean isSavedPlan(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(BEGINNING.length), BEGINNING);
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws IOException if the file cannot be read or has another format */
    public static SavedPlan read(Path path) throws IOException {
        return parse(Files.readString(path));
    }

    /** @throws IOException if the text has another format */
    public static SavedPlan parse(String text) throws IOException {
        JsonNode json = Json.read(text);
        int version = json.path(FORMAT).asInt();
        if (version != VERSION && version != PREVIOUS_VERSION) {
            throw new IOException("it has format " + json.path(FORMAT) + ", and this version reads format " + VERSION);
        }
        return StoredFormat.JSON.decode(json.path("plan"), SavedPlan.class);
    }

    /** What {@link #parse} reads. */
    public String text() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(FORMAT, VERSION).set("plan", StoredFormat.JSON.encode(this));
        return Json.line(json);
    }

    /**
     * Writes the file with mode 0600, and replaces an earlier plan atomically.
     *
     * @throws IOException if it cannot be written, or the file exists and is not a saved plan
     */
    public void write(Path path) throws IOException {
        if (Files.exists(path) && !isSavedPlan(path)) {
            throw new IOException("the file exists and is not a saved plan");
        }
        Path directory = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        // Creates the file with mode 0600.
        Path fresh = Files.createTempFile(directory, ".ipipou-plan", null);
        try {
            Files.writeString(fresh, text());
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
