package io.ipipou.cli.agent;

import io.ipipou.agent.auth.ReplayKeys;
import io.ipipou.cli.option.TunnelSelection;
import io.ipipou.cli.process.CommandFailure;
import io.ipipou.cli.process.ExitCode;
import io.ipipou.cli.process.Terminal;
import java.io.IOException;
import java.util.Set;

/** Forgets which authentication packets of a peer were accepted: in the agent or, without one, in its file. */
public record PeerReset(String peer, ReplayKeys keys) {

    /** Forgets the packets of these keys. */
    @FunctionalInterface
    public interface Memory {
        /** @return whether there were any */
        boolean forget(Set<String> keys) throws IOException;
    }

    public ExitCode run(Memory memory, Terminal caller) throws CommandFailure, IOException {
        if (!keys.byPeer().containsKey(peer)) {
            throw CommandFailure.usage(TunnelSelection.unknown(
                    "peer that authenticates to this host",
                    "such peers",
                    peer,
                    keys.byPeer().keySet()));
        }
        if (keys.of(peer).isEmpty()) {
            throw CommandFailure.failed(
                    peer
                            + ": nothing can be reset: its auth scheme has no protection against replays, or does not say under which keys");
        }
        if (!memory.forget(keys.of(peer))) {
            caller.println(peer + ": nothing to reset: none of its authentication packets was accepted yet");
            return ExitCode.OK;
        }
        caller.println(peer
                + ": replay state reset; its next authentication packet is accepted whatever the earlier ones were");
        keys.sharing(peer).forEach(other -> caller.println(other + ": has the same key, so this applies to it too"));
        return ExitCode.OK;
    }
}
