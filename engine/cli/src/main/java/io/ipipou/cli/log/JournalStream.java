package io.ipipou.cli.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tells whether a stream is connected to systemd's journal, by {@code $JOURNAL_STREAM} of systemd.exec(5). */
final class JournalStream {

    static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private JournalStream() {}

    /** False if in doubt: without the journal, nothing would strip the priorities. */
    static boolean isAt(Path stream, Map<String, String> environment) {
        String journal = environment.get("JOURNAL_STREAM");
        if (journal == null) {
            return false;
        }
        try {
            return journal.equals(
                    Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"));
        } catch (IOException e) {
            return false;
        }
    }
}
