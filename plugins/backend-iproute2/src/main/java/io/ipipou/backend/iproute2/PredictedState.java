package io.ipipou.backend.iproute2;

import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Resource;
import io.ipipou.spi.state.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What will be there when an operation's turn comes: what was observed, and what the operations before it do to that,
 * together with what the kernel then does by itself. Not safe for use by several threads.
 */
final class PredictedState {

    private final Map<LinkName, IpipLink> links;
    private final Set<LinkName> devices;
    private final Map<LinkName, List<LinkAddress>> addresses = new HashMap<>();
    private final Map<Route.Key, Set<Route>> routes = new HashMap<>();
    private final Map<LinkName, Set<Route>> routesByDevice = new HashMap<>();
    private final Set<FouListener> listeners;

    PredictedState(ObservedState observed) {
        links = new HashMap<>(observed.links());
        devices = new HashSet<>(observed.devices().keySet());
        listeners = new HashSet<>(observed.listeners());
        observed.addresses().forEach(this::add);
        observed.routes().forEach(this::add);
    }

    /** Whether what a DELETE names is there no more. */
    boolean isGone(Operation delete) {
        Resource subject = delete.subject();
        if (subject instanceof IpipLink link) {
            return !devices.contains(link.name());
        }
        if (subject instanceof LinkAddress address) {
            return at(address.link()).stream().noneMatch(there -> same(there, address));
        }
        if (subject instanceof Route route) {
            return !withKey(route).contains(route);
        }
        return !listeners.contains(subject);
    }

    /** Why an UPDATE or DELETE must not be sent: what it names is something else by now. */
    Optional<Refusal> whyNot(Operation operation) {
        Resource subject = operation.subject();
        if (operation.verb() == Verb.CREATE || (operation.verb() == Verb.DELETE && isGone(operation))) {
            return Optional.empty();
        }
        if (subject instanceof IpipLink link) {
            IpipLink there = links.get(link.name());
            if (there == null) {
                return Optional.of(
                        devices.contains(link.name())
                                ? new Refusal("", "the link " + link.name() + " is not an IPIP tunnel any more")
                                : new Refusal("ENODEV", "the link " + link.name() + " is gone"));
            }
            return there.mark().isOurs()
                    ? Optional.empty()
                    : Optional.of(new Refusal("", "the link " + link.name() + " does not carry our mark"));
        }
        if (subject instanceof Route route && operation.verb() == Verb.UPDATE) {
            Set<Route> there = withKey(route);
            return there.contains(operation.before().orElseThrow())
                    ? Optional.empty()
                    : Optional.of(
                            there.isEmpty()
                                    ? new Refusal("ESRCH", "the route to " + route.destination() + " is gone")
                                    : new Refusal(
                                            "", "the route to " + route.destination() + " leads elsewhere by now"));
        }
        return Optional.empty();
    }

    void apply(Operation operation) {
        operation.before().ifPresent(before -> remove(before, operation.after()));
        operation.after().ifPresent(this::add);
    }

    private void add(Resource resource) {
        if (resource instanceof IpipLink link) {
            links.put(link.name(), link);
            devices.add(link.name());
        } else if (resource instanceof LinkAddress address) {
            at(address.link()).add(address);
        } else if (resource instanceof Route route) {
            withKey(route).add(route);
            route.device().ifPresent(device -> through(device).add(route));
        } else if (resource instanceof FouListener listener) {
            listeners.add(listener);
        }
    }

    private void remove(Resource resource, Optional<Resource> after) {
        if (resource instanceof IpipLink link) {
            removeLink(link, after);
        } else if (resource instanceof LinkAddress address) {
            List<LinkAddress> there = at(address.link());
            there.removeIf(other -> same(other, address));
            if (there.isEmpty()) {
                removeRoutes(address.link()); // fib_inetaddr_event of net/ipv4/fib_frontend.c
            }
        } else if (resource instanceof Route route) {
            withKey(route).remove(route);
            route.device().ifPresent(device -> through(device).remove(route));
        } else if (resource instanceof FouListener listener) {
            listeners.remove(listener);
        }
    }

    private void removeLink(IpipLink link, Optional<Resource> after) {
        if (after.isEmpty()) {
            links.remove(link.name());
            devices.remove(link.name());
            addresses.remove(link.name());
        }
        if (after.isEmpty() || (after.get() instanceof IpipLink stays && !stays.up())) {
            removeRoutes(link.name());
        }
    }

    private void removeRoutes(LinkName device) {
        through(device).forEach(route -> withKey(route).remove(route));
        routesByDevice.remove(device);
    }

    /** A link's own name as the label is what an address has that nobody labelled, and any label will do. */
    private static boolean same(LinkAddress there, LinkAddress named) {
        return there.address().equals(named.address())
                && there.peer().equals(named.peer())
                && there.prefixLength() == named.prefixLength()
                && (there.label().equals(named.label()) || !Commands.hasOwnLabel(named));
    }

    private List<LinkAddress> at(LinkName link) {
        return addresses.computeIfAbsent(link, name -> new ArrayList<>());
    }

    private Set<Route> withKey(Route route) {
        return routes.computeIfAbsent(route.key(), key -> new HashSet<>());
    }

    private Set<Route> through(LinkName device) {
        return routesByDevice.computeIfAbsent(device, name -> new HashSet<>());
    }
}
