package io.ipipou.core.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ipipou.core.desired.DesiredState;
import io.ipipou.core.json.Json;
import io.ipipou.core.json.StoredTypes;
import io.ipipou.core.plan.Change;
import io.ipipou.core.plan.Plan;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Ipv4Prefix;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Journals and a saved plan, in src/test/resources/golden, that commit 6dc3bdc wrote. */
class StoredFormatTest {

    @TempDir
    private Path directory;

    private static String golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(StoredFormatTest.class.getResourceAsStream("/golden/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The golden journal, as if it were of this boot and network namespace. */
    private String journal(String name) throws IOException {
        String text = golden(name);
        String place = Json.read(text).path("place").textValue();
        return text.replace(place, Journal.bootAndNamespace());
    }

    private Journal.Entry entry(String journal) throws IOException {
        Files.writeString(directory.resolve("journal"), journal);
        return new Journal(directory, "netlink").unfinished().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal-unfinished.json", "journal-awaits-confirmation.json"})
    void aJournalIsReadAndWrittenAsBefore(String name) throws Exception {
        String text = journal(name);
        Journal.Entry entry = entry(text);
        assertThat(entry.before().links()).hasSize(2);
        assertThat(entry.before().elements()).hasSize(9);
        assertThat(entry.createdListeners()).singleElement().hasFieldOrPropertyWithValue("port", 10002);
        assertThat(sorted(StoredFormat.JSON.encode(entry))).isEqualTo(sorted(Json.read(text)));
    }

    @Test
    void aConfirmationIsReadFromTheJournal() throws Exception {
        assertThat(entry(journal("journal-unfinished.json")).confirmation()).isEmpty();
        assertThat(entry(journal("journal-awaits-confirmation.json")).confirmation())
                .contains(new Confirmation(
                        "2c9f8e34-6c0e-4d5e-a1f6-0d7a4d1a7a55",
                        Duration.ofMinutes(5),
                        Optional.of(Duration.ofMillis(4_217_330)),
                        new ProcessId(4711, 421_700)));
    }

    /** Sets and maps are written in an order that differs from one process to the next. */
    private static String sorted(JsonNode node) {
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(StoredFormatTest::sorted)
                    .sorted()
                    .toList()
                    .toString();
        }
        StringBuilder object = new StringBuilder();
        node.fields().forEachRemaining(field -> object.append(field.getKey())
                .append('=')
                .append(sorted(field.getValue()))
                .append(' '));
        return node.isObject() ? "{" + object + "}" : node.toString();
    }

    @Test
    void aSavedPlanIsReadAndWrittenAsBefore() throws Exception {
        String text = golden("plan.json");
        Path file = Files.writeString(directory.resolve("plan"), text);
        SavedPlan saved = SavedPlan.read(file);
        assertThat(saved.file()).isEqualTo("/etc/ipipou/tunnels.yaml");
        saved.write(file);
        assertThat(file).hasContent(text.replace("{\"ipipou-plan\":1,", "{\"ipipou-plan\":2,"));
    }

    @Test
    void aPlanOfTheSameChangesIsTheSame() throws Exception {
        SavedPlan saved = SavedPlan.read(Files.writeString(directory.resolve("plan"), golden("plan.json")));
        Journal.Entry entry = entry(journal("journal-unfinished.json"));
        SavedPlan now = SavedPlan.of(planOfEverything(entry), saved.file(), saved.backend());
        assertThat(now.changes()).isEqualTo(saved.changes());
        assertThat(now.writes()).isEqualTo(saved.writes());
    }

    /** Creates the first resource, updates the second, replaces the third, deletes the fourth, and so on. */
    private static Plan planOfEverything(Journal.Entry entry) {
        DesiredState state = entry.before();
        List<Resource> all = new ArrayList<>(state.links().values());
        all.addAll(state.listeners());
        all.addAll(entry.createdListeners());
        all.addAll(state.addresses());
        all.addAll(state.routes());
        all.addAll(state.table().stream().toList());
        all.addAll(state.elements());
        all.sort(Comparator.comparing(resource -> resource.id().toString()));
        List<Change.Action> actions = List.of(Change.Action.values());
        List<Change> changes = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Change.Action action = actions.get(i % actions.size());
            Optional<Resource> resource = Optional.of(all.get(i));
            Optional<Resource> before = action == Change.Action.CREATE ? Optional.empty() : resource;
            Optional<Resource> after = action == Change.Action.DELETE ? Optional.empty() : resource;
            changes.add(new Change(action, before, after, action == Change.Action.REPLACE));
            Verb verb = before.isEmpty() ? Verb.CREATE : after.isEmpty() ? Verb.DELETE : Verb.UPDATE;
            operations.add(new Operation(verb, before, after));
        }
        return new Plan(changes, operations, List.of(), List.of(), List.of());
    }

    /** Routes of the main table are stored as by version 1, and so compared with its plans. */
    @Test
    void aRouteIsStoredWithItsTableIfThatIsNotMain() throws Exception {
        Route main = Route.through(new LinkName("t0"), Ipv4Prefix.of("10.20.0.0/16"));
        Route other = Route.through(new LinkName("t0"), Ipv4Prefix.of("10.20.0.0/16"), -1, 100);
        assertThat(StoredFormat.JSON.encode(main).has("table")).isFalse();
        assertThat(StoredFormat.JSON.encode(other).path("table").intValue()).isEqualTo(100);
        for (Route route : List.of(main, other)) {
            assertThat(StoredFormat.JSON.decode(StoredFormat.JSON.encode(route), Route.class))
                    .isEqualTo(route);
        }
    }

    @Test
    void everyStoredRecordHasNames() {
        StoredTypes.assertNamed(StoredFormat.JSON, Journal.Entry.class, SavedPlan.class, Change.class, Operation.class);
    }
}
