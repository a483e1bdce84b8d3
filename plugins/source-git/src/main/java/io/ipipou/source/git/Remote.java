package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;

/** The server's repository. Every method makes a connection of its own. */
record Remote(RepositoryUrl url, RefName ref, Access access, Duration timeout) {

    /** The commit fetched last, so that the next fetch can say what this host has. */
    private static final String FETCHED = "refs/ipipou/head";

    /** What the ref points to. */
    Ref tip(LimitedRepository local) throws IOException, SourceException {
        try (Transport transport = transport(local);
                FetchConnection connection = connect(transport)) {
            return choose(local, connection);
        }
    }

    /**
     * Fetches what the ref points to.
     *
     * @param depth generations of commits
     */
    Ref fetch(LimitedRepository local, int depth) throws IOException, SourceException {
        try (Transport transport = transport(local)) {
            transport.setDepth(depth);
            transport.setCheckFetchedObjects(true);
            try (FetchConnection connection = connect(transport)) {
                Ref tip = choose(local, connection);
                ObjectId id = tip.getObjectId();
                if (depth > 1 || !id.equals(local.resolve(FETCHED))) {
                    receive(connection, tip);
                    saveRef(local, id);
                }
                return tip;
            }
        }
    }

    private FetchConnection connect(Transport transport) throws IOException {
        return transport.openFetch(List.<RefSpec>of(), ref.candidates().toArray(String[]::new));
    }

    private Ref choose(LimitedRepository local, FetchConnection connection) throws IOException, SourceException {
        Optional<Ref> chosen = ref.choose(connection.getRefsMap());
        if (chosen.isPresent()) {
            return chosen.orElseThrow();
        }
        // Only the candidates were requested; now all refs, to say which exist.
        try (Transport transport = transport(local);
                FetchConnection all = transport.openFetch()) {
            throw ref.missing(all.getRefsMap().keySet());
        }
    }

    private static void receive(FetchConnection connection, Ref tip) throws IOException {
        connection.setPackLockMessage("ipipou");
        try {
            connection.fetch(NullProgressMonitor.INSTANCE, List.of(tip), Set.of());
        } finally {
            for (PackLock lock : connection.getPackLocks()) {
                lock.unlock();
            }
        }
    }

    private static void saveRef(LimitedRepository local, ObjectId id) throws IOException {
        RefUpdate update = local.updateRef(FETCHED);
        update.setNewObjectId(id);
        update.setForceUpdate(true);
        update.disableRefLog();
        RefUpdate.Result result = update.update();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw new IOException("cannot write the cache's ref: " + result);
        }
    }

    private Transport transport(LimitedRepository local) throws IOException {
        Transport transport = Transport.open(local, url.withoutSecret());
        transport.setTimeout(Math.max(1, Math.toIntExact(timeout.toSeconds())));
        access.configure(transport);
        return transport;
    }
}
