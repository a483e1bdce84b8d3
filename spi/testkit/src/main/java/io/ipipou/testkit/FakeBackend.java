package io.ipipou.testkit;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.NftLimits;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkCounters;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import io.ipipou.spi.state.RoutePath;
import io.ipipou.spi.state.RuleCounter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The backend of a {@link FakeKernel}. */
final class FakeBackend implements Backend {

    private final FakeNamespace namespace;
    private final WriteFaults faults;
    private final String nftTable;
    private final boolean privileged;

    FakeBackend(FakeNamespace namespace, WriteFaults faults, String nftTable, boolean privileged) {
        this.namespace = namespace;
        this.faults = faults;
        this.nftTable = nftTable;
        this.privileged = privileged;
    }

    @Override
    public ObservedState observe() throws BackendException {
        faults.read();
        checkPrivilege("cannot read the state");
        return namespace.state(nftTable);
    }

    @Override
    public Set<Route> routesIn(int table) throws BackendException {
        faults.read();
        checkPrivilege("cannot read the routes");
        return namespace.routesIn(table);
    }

    @Override
    public Map<LinkName, LinkCounters> counters() throws BackendException {
        faults.read();
        checkPrivilege("cannot read the counters");
        Map<LinkName, LinkCounters> counters = new LinkedHashMap<>();
        for (FakeLinks.Link link : namespace.links.all()) {
            if (link.isIpip() && !link.name.equals(FakeLinks.TUNL0)) {
                counters.put(link.name, link.counters);
            }
        }
        return counters;
    }

    @Override
    public Map<String, RuleCounter> ruleCounters() throws BackendException {
        faults.read();
        checkPrivilege("cannot read the counters");
        return namespace
                .tables
                .find(FakeTables.Name.ip(nftTable))
                .map(FakeTable::counters)
                .orElse(Map.of());
    }

    @Override
    public Optional<RoutePath> routeTo(Ipv4 destination, Optional<LinkName> device) throws BackendException {
        faults.read();
        return namespace.routeTo(destination, device);
    }

    @Override
    public Optional<String> validate(Operation operation) {
        Resource subject = operation.subject();
        if (isNft(operation)) {
            return NftLimits.validate(operation);
        }
        boolean changeable = subject instanceof IpipLink || subject instanceof Route;
        if (!changeable && !(subject instanceof LinkAddress) && !(subject instanceof FouListener)) {
            return Optional.of(
                    "the fake kernel does not support a " + operation.id().kind());
        }
        return changeable || operation.verb() != Verb.UPDATE
                ? Optional.empty()
                : Optional.of("the kernel cannot change a " + operation.id().kind() + " in place");
    }

    @Override
    public List<Outcome> execute(List<Operation> operations) throws BackendException {
        checkPrivilege("cannot write");
        List<Outcome> outcomes = new ArrayList<>();
        boolean refused = false;
        for (List<Operation> write : writes(operations)) {
            List<Outcome> some =
                    refused ? write.stream().map(Outcome::notAttempted).toList() : write(write);
            refused = some.stream().anyMatch(outcome -> outcome.status() != Outcome.Status.DONE);
            outcomes.addAll(some);
        }
        return outcomes;
    }

    /** Consecutive operations on nftables are one write; every other operation is a write of its own. */
    static List<List<Operation>> writes(List<Operation> operations) {
        List<List<Operation>> writes = new ArrayList<>();
        for (Operation operation : operations) {
            List<Operation> last = writes.isEmpty() ? List.of() : writes.get(writes.size() - 1);
            if (!last.isEmpty() && isNft(operation) && isNft(last.get(0))) {
                last.add(operation);
            } else {
                writes.add(new ArrayList<>(List.of(operation)));
            }
        }
        return writes;
    }

    static boolean isNft(Operation operation) {
        return operation.subject() instanceof NftTable || operation.subject() instanceof NftElement;
    }

    @Override
    public void close() {}

    private void checkPrivilege(String message) throws BackendException {
        if (!privileged) {
            throw new BackendException(message, Refusal.of(Errno.EPERM.number()));
        }
    }

    /** Carries out all the operations or none, and reports the one that was refused. */
    private List<Outcome> write(List<Operation> operations) {
        for (Operation operation : operations) {
            validate(operation).ifPresent(reason -> {
                throw new IllegalArgumentException("the operation is refused at plan time: " + reason);
            });
        }
        List<Operation> done = new ArrayList<>();
        try {
            faults.write(() -> namespace.tables.transact(() -> {
                for (Operation operation : operations) {
                    carryOut(operation);
                    done.add(operation);
                }
            }));
            return operations.stream().map(Outcome::done).toList();
        } catch (KernelRefusal refusal) {
            List<Outcome> outcomes = new ArrayList<>();
            operations.forEach(operation -> outcomes.add(Outcome.notAttempted(operation)));
            outcomes.set(done.size(), Outcome.failed(operations.get(done.size()), refusal.refusal()));
            return outcomes;
        }
    }

    private void carryOut(Operation operation) throws KernelRefusal {
        switch (operation.verb()) {
            case CREATE -> create(operation.subject());
            case UPDATE -> update(operation.before().orElseThrow(), operation.subject());
            case DELETE -> delete(operation.subject());
        }
    }

    private void create(Resource after) throws KernelRefusal {
        if (after instanceof IpipLink link) {
            // Two messages, as on Linux, which ignores an alias in the message that creates a link.
            namespace.links.create(withoutAlias(link));
            faults.within();
            namespace.links.get(link.name()).mark = link.mark();
        } else if (after instanceof LinkAddress address) {
            namespace.addAddress(address);
        } else if (after instanceof Route route) {
            namespace.addRoute(route);
        } else if (after instanceof NftTable table) {
            namespace.tables.create(FakeTables.Name.ip(table.name()), table);
        } else if (after instanceof NftElement element) {
            namespace.tables.create(element);
        } else {
            namespace.addListener((FouListener) after);
        }
    }

    private void update(Resource before, Resource after) throws KernelRefusal {
        if (after instanceof IpipLink link) {
            checkManaged(namespace.links.get(link.name()));
            namespace.changeLink(link);
        } else if (after instanceof NftTable table) {
            namespace.tables.get(table.name()).update((NftTable) before, table);
        } else if (after instanceof NftElement element) {
            namespace.tables.update((NftElement) before, element);
        } else if (namespace.state(nftTable).routes().contains(before)) {
            namespace.replaceRoute((Route) after);
        } else {
            throw new KernelRefusal("ESRCH", before.id() + " was changed");
        }
    }

    private void delete(Resource before) throws KernelRefusal {
        ObservedState now = namespace.state(nftTable);
        if (before instanceof IpipLink link) {
            Optional<FakeLinks.Link> found = namespace.links.find(link.name());
            if (found.isPresent()) {
                checkManaged(found.get());
                namespace.deleteLink(link.name());
            }
        } else if (before instanceof NftTable table) {
            namespace.tables.delete(FakeTables.Name.ip(table.name()));
        } else if (before instanceof NftElement element) {
            namespace.tables.delete(element);
        } else if (before instanceof LinkAddress address && now.addresses().contains(address)) {
            namespace.deleteAddress(address);
        } else if (before instanceof Route route && now.routes().contains(route)) {
            namespace.deleteRoute(route);
        } else if (before instanceof FouListener listener && now.listeners().contains(listener)) {
            namespace.deleteListener(listener);
        }
    }

    private static IpipLink withoutAlias(IpipLink link) {
        Mark mark = new Mark("", link.mark().group());
        return new IpipLink(link.name(), link.outer(), link.encap(), link.mtu(), link.up(), mark);
    }

    private static void checkManaged(FakeLinks.Link link) throws KernelRefusal {
        if (!link.isIpip() || !link.mark.isManaged()) {
            throw new KernelRefusal(
                    "", link.name + " is not managed by ipipou: its alias is '" + link.mark.alias() + "'");
        }
    }
}
