package io.ipipou.core.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ipipou.core.desired.UnresolvableException;
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
 * A plan in a file, to be carried out later as it is or not at all. It says what is to change and where the YAML file is
 * that it comes from, not what that says, and holds no secret.
 *
 * @param bootAndNamespace the boot and network namespace that it is about
 * @param file the YAML file, with its whole path
 * @param backend the id of the backend that it was made with
 * @param changes by the resource's address
 * @param writes in no particular order, for there is none among those of one kind
 */
public record SavedPlan(
        String bootAndNamespace, String file, String backend, Map<String, List<String>> changes, List<String> writes) {

    /** The first key, by which such a file is known. */
    private static final String FORMAT = "ipipou-plan";

    private static final int VERSION = 1;
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
     * Holds a plan that is made now against this one.
     *
     * @throws UnresolvableException if they differ or this one is about another host, and says in what
     */
    public void check(Plan now) throws UnresolvableException {
        requirePlace();
        Map<String, List<String>> other = changes(now);
        List<String> differences = new ArrayList<>();
        changes.forEach((address, change) -> {
            if (!other.containsKey(address)) {
                differences.add(address + ": was to change, and now is not");
            } else if (!other.get(address).equals(change)) {
                differences.add(address + ": would now change in another way");
            }
        });
        other.keySet().stream()
                .filter(address -> !changes.containsKey(address))
                .forEach(address -> differences.add(address + ": was not to change, and now is"));
        if (differences.isEmpty() && !writes(now).equals(writes)) {
            differences.add("other kernel writes are needed for it");
        }
        if (!differences.isEmpty()) {
            throw new UnresolvableException("the host or " + file
                    + " has changed since the plan was made (plan again)\n" + String.join("\n", differences));
        }
    }

    private void requirePlace() throws UnresolvableException {
        try {
            if (!bootAndNamespace.equals(Journal.bootAndNamespace())) {
                throw new UnresolvableException(
                        "the plan was made on another host, in another network namespace, or before the"
                                + " last boot (plan again)");
            }
        } catch (IOException e) {
            throw new UnresolvableException("it cannot be seen where this is: " + e.getMessage());
        }
    }

    /** Whether the file holds such a plan, whatever its name; one that cannot be read does not. */
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

    /** @throws IOException if the file cannot be read or is none that this version wrote */
    public static SavedPlan read(Path path) throws IOException {
        JsonNode json = Json.read(Files.readString(path));
        if (json.path(FORMAT).asInt() != VERSION) {
            throw new IOException("it is of format " + json.path(FORMAT) + ", this version reads " + VERSION);
        }
        return StoredFormat.JSON.decode(json.path("plan"), SavedPlan.class);
    }

    /**
     * Writes it for its owner alone. In the place of another plan it takes that one's place as a whole.
     *
     * @throws IOException if it cannot be written, or there is another file that is no plan
     */
    public void write(Path path) throws IOException {
        if (Files.exists(path) && !isSavedPlan(path)) {
            throw new IOException("there is such a file, and it is no plan");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(FORMAT, VERSION).set("plan", StoredFormat.JSON.encode(this));
        Path directory = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        // Temporary files are their owner's alone.
        Path fresh = Files.createTempFile(directory, ".ipipou-plan", null);
        try {
            Files.writeString(fresh, Json.line(json));
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
