package io.ipipou.spi.backend;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads and writes the kernel objects of one network namespace. Used by one thread at a time. */
public interface Backend extends AutoCloseable {

    /**
     * Reads the whole state. Must re-read what the kernel reports as changed during a dump.
     *
     * @throws BackendException if the state could not be read as a whole; a partial state must never be returned
     */
    ObservedState observe() throws BackendException;

    /**
     * Every unicast IPv4 route with TOS 0 of a routing table; none if there is no such table.
     *
     * @param table as in {@link Route}
     * @throws BackendException as {@link #observe}
     */
    Set<Route> routesIn(int table) throws BackendException;

    /**
     * The traffic counters of every link in {@link ObservedState#links}.
     *
     * @throws BackendException as {@link #observe}
     */
    Map<LinkName, LinkCounters> counters() throws BackendException;

    /**
     * The counters of the table's rules, by the rules' comments; empty when there is no table.
     *
     * @throws BackendException as {@link #observe}
     */
    Map<String, RuleCounter> ruleCounters() throws BackendException;

    /**
     * How the kernel would send packets to the destination now, by all its rules and routing tables.
     *
     * @param device the only device that they can leave through; empty for any. Without a route through it, the kernel takes
     *     the destination to be on its link.
     * @return empty if there is no route
     */
    Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException;

    /**
     * Checks whether this backend supports the operation, whatever the kernel's state. Called when a plan is made.
     *
     * @return why it does not; empty when it does
     */
    Optional<String> validate(Operation operation);

    /**
     * Executes the operations in order.
     *
     * <p>An UPDATE sets every field of {@code after}; kernel attributes without a field get the kernel's defaults. A
     * DELETE of an object that is gone succeeds. After the first refusal nothing more is sent, but operations that were
     * sent in the same batch can have succeeded; the outcomes say which. A link must be changed or deleted only while
     * it still has ipipou's {@link io.ipipou.spi.state.Mark}; otherwise the operation fails and the link stays as it
     * is.
     *
     * <p>Adjacent operations on a table and its elements are one transaction: all succeed or none, and no packet sees a
     * state between. An UPDATE of a table keeps the elements of the sets that do not change. An UPDATE of an element
     * restarts its timeout; a CREATE of an element that exists with the same data succeeds.
     *
     * @return one outcome per operation, in the same order
     * @throws BackendException if it is unknown which operations succeeded: the caller must re-read the state
     */
    List<Outcome> execute(List<Operation> operations) throws BackendException;

    /** Closes sockets and files. Does not change the kernel's state. */
    @Override
    void close();
}
