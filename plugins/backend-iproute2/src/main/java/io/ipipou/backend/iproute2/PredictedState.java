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
 * The state that an operation will meet: the observed state, changed by the operations before it, including what the
 * kernel then changes by itself. Not thread-safe.
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

    /** Whether the object of a DELETE no longer exists. */
    boolean isGone(Operation delete) {
        Resource subject = delete.subject();
        if (subject instanceof IpipLink link) {
            return !devices.contains(link.name());
        }
        if (subject instanceof LinkAddress address) {
            return addressesOf(address.link()).stream().noneMatch(present -> matches(present, address));
        }
        if (subject instanceof Route route) {
            return !routesLike(route).contains(route);
        }
        return !listeners.contains(subject);
    }

    /** Why an UPDATE or DELETE must not be sent because its object was changed; empty if it may be sent. */
    Optional<Refusal> validate(Operation operation) {
        Resource subject = operation.subject();
        if (operation.verb() == Verb.CREATE || (operation.verb() == Verb.DELETE && isGone(operation))) {
            return Optional.empty();
        }
        if (subject instanceof IpipLink link) {
            IpipLink current = links.get(link.name());
            if (current == null) {
                return Optional.of(
                        devices.contains(link.name())
                                ? new Refusal("", "the link " + link.name() + " is no longer an IPIP tunnel")
                                : new Refusal("ENODEV", "the link " + link.name() + " no longer exists"));
            }
            return current.mark().isManaged()
                    ? Optional.empty()
                    : Optional.of(new Refusal("", "the link " + link.name() + " is not managed by ipipou"));
        }
        if (subject instanceof Route route && operation.verb() == Verb.UPDATE) {
            Set<Route> current = routesLike(route);
            return current.contains(operation.before().orElseThrow())
                    ? Optional.empty()
                    : Optional.of(
                            current.isEmpty()
                                    ? new Refusal("ESRCH", "the route to " + route.destination() + " no longer exists")
                                    : new Refusal("", "the route to " + route.destination() + " was changed"));
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
            addressesOf(address.link()).add(address);
        } else if (resource instanceof Route route) {
            routesLike(route).add(route);
            route.device().ifPresent(device -> routesVia(device).add(route));
        } else if (resource instanceof FouListener listener) {
            listeners.add(listener);
        }
    }

    private void remove(Resource resource, Optional<Resource> after) {
        if (resource instanceof IpipLink link) {
            removeLink(link, after);
        } else if (resource instanceof LinkAddress address) {
            List<LinkAddress> present = addressesOf(address.link());
            present.removeIf(each -> matches(each, address));
            if (present.isEmpty()) {
                removeRoutes(address.link()); // fib_inetaddr_event of net/ipv4/fib_frontend.c
            }
        } else if (resource instanceof Route route) {
            routesLike(route).remove(route);
            route.device().ifPresent(device -> routesVia(device).remove(route));
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
        routesVia(device).forEach(route -> routesLike(route).remove(route));
        routesByDevice.remove(device);
    }

    /** An address whose label is its link's name matches whatever label it has in the kernel. */
    private static boolean matches(LinkAddress present, LinkAddress wanted) {
        return present.address().equals(wanted.address())
                && present.peer().equals(wanted.peer())
                && present.prefixLength() == wanted.prefixLength()
                && (present.label().equals(wanted.label()) || !Commands.hasOwnLabel(wanted));
    }

    private List<LinkAddress> addressesOf(LinkName link) {
        return addresses.computeIfAbsent(link, name -> new ArrayList<>());
    }

    private Set<Route> routesLike(Route route) {
        return routes.computeIfAbsent(route.key(), key -> new HashSet<>());
    }

    private Set<Route> routesVia(LinkName device) {
        return routesByDevice.computeIfAbsent(device, name -> new HashSet<>());
    }
}
