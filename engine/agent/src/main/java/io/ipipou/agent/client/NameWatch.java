package io.ipipou.agent.client;

import java.util.Set;

/** Told the names of servers that show no life, whose addresses may have changed. */
@FunctionalInterface
public interface NameWatch {

    /** May block; called on a thread that does nothing else, once at a time. */
    void lookAgain(Set<String> names);
}
