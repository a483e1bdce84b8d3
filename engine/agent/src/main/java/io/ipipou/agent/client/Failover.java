package io.ipipou.agent.client;

import io.ipipou.agent.event.Event;
import io.ipipou.core.desired.Remote;
import io.ipipou.spi.state.Endpoint;
import io.ipipou.spi.state.LinkName;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of a server's endpoints a client uses, and why. Used by one client, under its lock. */
final class Failover {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private record Move(Endpoint endpoint, String reason) {}

    private final LinkName tunnel;
    private final BiConsumer<LinkName, Endpoint> choose;

    /** Where the tunnel should move, and why. */
    private Optional<Move> wanted = Optional.empty();

    private Optional<String> reason = Optional.empty();

    /** Endpoints given up since one responded. */
    private int givenUp;

    /** @param choose moves a tunnel to another of its endpoints; must not block */
    Failover(LinkName tunnel, BiConsumer<LinkName, Endpoint> choose) {
        this.tunnel = tunnel;
        this.choose = choose;
    }

    /** Why the endpoint in use is; empty if it is the one that the configuration prefers. */
    Optional<String> reason() {
        return reason;
    }

    /** How often each of the server's endpoints was given up since one responded. */
    int rounds(Remote remote) {
        return givenUp / Math.max(1, remote.candidates().size());
    }

    boolean hasGivenUp() {
        return givenUp > 0;
    }

    /** Whether each of the server's endpoints but this was given up since one responded. */
    boolean isLastResort(Remote remote) {
        return givenUp + 1 >= remote.candidates().size();
    }

    void responded() {
        givenUp = 0;
    }

    /** After the tunnel's ends have changed. */
    void moved(Endpoint before, Endpoint now) {
        Optional<Move> done = wanted.filter(move -> move.endpoint().equals(now));
        if (!now.equals(before)) {
            reason = done.map(Move::reason);
        }
        wanted = Optional.empty();
        givenUp = done.isPresent() ? givenUp : 0;
    }

    /** Moves to the next endpoint, if there is another; logs that only until each was tried once. */
    void giveUp(Remote remote, String why) {
        remote.next().ifPresent(next -> {
            givenUp++;
            if (givenUp < remote.candidates().size()) {
                Event.SERVER_CHANGED.log(LOG, tunnel, next, why);
            }
            use(next, why);
        });
    }

    /** Moves to the first of the server's endpoints. */
    void startAt(Remote.Candidate first) {
        givenUp = 0;
        String why = "reauth starts at the first endpoint";
        Event.SERVER_CHANGED.log(LOG, tunnel, first, why);
        use(first, why);
    }

    private void use(Remote.Candidate server, String why) {
        wanted = Optional.of(new Move(server.endpoint(), why));
        choose.accept(tunnel, server.endpoint());
    }
}
