package io.ipipou.spi.backend;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.RuleCounter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes one network namespace. Used by one thread at a time. */
public interface Backend extends AutoCloseable {

    /**
     * Reads the whole state, again where the kernel reports that it changed meanwhile.
     *
     * @throws BackendException if no whole picture could be had; a partial one is never returned
     */
    ObservedState observe() throws BackendException;

    /**
     * The traffic of every link that {@link ObservedState#links} holds.
     *
     * @throws BackendException as {@link #observe}
     */
    Map<LinkName, LinkCounters> counters() throws BackendException;

    /**
     * What the table's rules with a counter have counted, by the rules' comments; empty when there is no table.
     *
     * @throws BackendException as {@link #observe}
     */
    Map<String, RuleCounter> ruleCounters() throws BackendException;

    /**
     * Why this backend cannot carry out the operation, whatever state the kernel is in; asked at plan time.
     *
     * @return empty when it can
     */
    Optional<String> validate(Operation operation);

    /**
     * Carries the operations out in order. An UPDATE puts the whole of {@code after} in force; fields the records do
     * not have take the kernel's defaults. A DELETE of what is gone is done. After the first refusal nothing further is
     * sent, but what had been sent along with it may be done: the outcomes tell. An object is only deleted or changed
     * when it still is what {@code before} names: a link of that name without our mark is refused, not touched.
     *
     * <p>Neighbouring operations on a table and its elements are one transaction: all are done or none, and no packet
     * meets a state between. An UPDATE of a table keeps the elements of the sets that it leaves as they are. An UPDATE
     * of an element also sets anew how long it stays; a CREATE of one that is there with the same data is done.
     *
     * @return one outcome an operation, in the same order
     * @throws BackendException if it is not known what was done: the state has to be read again
     */
    List<Outcome> execute(List<Operation> operations) throws BackendException;

    /** Frees sockets and files. Nothing in the kernel changes. */
    @Override
    void close();
}
