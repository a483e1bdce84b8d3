package io.ipipou.agent.client;

import java.util.Locale;

/** Whether a server responds to this host. */
public enum ClientState {
    /** No reply and no inner packet so far. The server may be one that never replies. */
    CONNECTING,
    /** The server replies or, if it never replies, inner packets arrive. */
    ANSWERED,
    /** Replies have stopped, or inner packets that were sent stay unanswered. */
    SILENT;

    /** As in JSON: {@code connecting}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
