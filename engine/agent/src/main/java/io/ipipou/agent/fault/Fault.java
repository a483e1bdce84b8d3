package io.ipipou.agent.fault;

/**
 * What is wrong, for people.
 *
 * @param reason one clause without a full stop
 * @param remedy what to do about it
 */
public record Fault(String reason, String remedy) {

    @Override
    public String toString() {
        return reason + " (" + remedy + ")";
    }
}
