package io.ipipou.testkit;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftRule;
import io.ipipou.spi.state.NftSet;
import io.ipipou.spi.state.NftTable;
import io.ipipou.spi.state.ObservedState;
import io.ipipou.spi.state.Route;
import java.time.Duration;

/**
 * A network namespace in memory that refuses what Linux refuses and changes by itself what Linux changes, for tests of
 * everything above a {@link Backend}. It starts like a new namespace, with {@code lo} and {@code tunl0}, both down, and
 * outlives its backends. Its own methods are {@link OutsideChanges}; its backends' writes can be made to fail.
 *
 * <p>{@code FakeKernelConformanceTest} and the kernel tests run the same cases against this class and against Linux. Not
 * thread-safe.
 */
public final class FakeKernel implements OutsideChanges {

    private final FakeNamespace namespace = new FakeNamespace();
    private final WriteFaults faults = new WriteFaults();

    /** A kernel with an underlying device: of kind dummy, up, MTU 1500. */
    public static FakeKernel withDevice(LinkName device, Ipv4 address, int prefixLength) {
        FakeKernel kernel = new FakeKernel();
        kernel.linkAdd(device, "dummy");
        kernel.linkUp(device);
        kernel.addressAdd(new LinkAddress(device, address, address, prefixLength, device.value()));
        return kernel;
    }

    /** A backend opened for {@link KernelUnderTest#NFT_TABLE}. Several can be used in turn. */
    public Backend backend() {
        return backend(KernelUnderTest.NFT_TABLE);
    }

    /** A backend opened for a table of the family {@code ip}. */
    public Backend backend(String nftTable) {
        return new FakeBackend(namespace, faults, nftTable, true);
    }

    /** A backend whose calls fail with EPERM. */
    public Backend unprivilegedBackend() {
        return new FakeBackend(namespace, faults, KernelUnderTest.NFT_TABLE, false);
    }

    /** What {@link Backend#observe} of {@link #backend()} returns; never fails. */
    public ObservedState state() {
        return namespace.state(KernelUnderTest.NFT_TABLE);
    }

    /** Advances the clock for element timeouts and rate limits, which otherwise stands still. */
    public void passTime(Duration time) {
        namespace.tables.passTime(time);
    }

    /** How many writes backends have attempted; consecutive operations on a table and its elements are one write. */
    public int writes() {
        return faults.writes();
    }

    /**
     * Refuses a write of the backends.
     *
     * @param nth 1 for the next write, 2 for the one after it
     * @param errno its name in errno.h
     */
    public void refuse(int nth, String errno) {
        faults.before(nth, () -> {
            throw new KernelRefusal(errno, "refused by the test: " + errno);
        });
    }

    /** Throws {@link SimulatedCrash} instead of the nth write from now. */
    public void crashBefore(int nth) {
        faults.before(nth, () -> {
            throw new SimulatedCrash("before write " + nth);
        });
    }

    /** Throws {@link SimulatedCrash} within the nth write from now, which creates a link: it exists, but without alias. */
    public void crashWithin(int nth) {
        faults.within(nth, () -> {
            throw new SimulatedCrash("within write " + nth);
        });
    }

    /** Throws {@link SimulatedCrash} after the nth write from now. */
    public void crashAfter(int nth) {
        faults.after(nth, () -> {
            throw new SimulatedCrash("after write " + nth);
        });
    }

    /** Runs an action just before the nth write from now. */
    public void beforeWrite(int nth, Runnable action) {
        faults.before(nth, action::run);
    }

    /** Makes the next reads fail, as if the state kept changing while it is dumped. */
    public void failReads(int times) {
        faults.failReads(times);
    }

    @Override
    public void linkAdd(LinkName name, String kind) {
        change(() -> namespace.links.create(name, kind));
    }

    @Override
    public void linkAdd(IpipLink link) {
        change(() -> namespace.links.create(link));
    }

    @Override
    public void linkDelete(LinkName name) {
        change(() -> namespace.deleteLink(name));
    }

    @Override
    public void linkRename(LinkName from, LinkName to) {
        change(() -> {
            FakeLinks.Link link = namespace.links.get(from);
            namespace.setUp(link, false);
            namespace.renameLink(from, to);
            namespace.setUp(link, true);
        });
    }

    @Override
    public void linkAltName(LinkName name, String altName) {
        change(() -> namespace.links.addAltName(namespace.links.get(name), altName));
    }

    @Override
    public void linkUp(LinkName name) {
        change(() -> namespace.setUp(namespace.links.get(name), true));
    }

    @Override
    public void linkDown(LinkName name) {
        change(() -> namespace.setUp(namespace.links.get(name), false));
    }

    @Override
    public void linkMtu(LinkName name, int mtu) {
        change(() -> namespace.links.setMtu(namespace.links.get(name), mtu));
    }

    @Override
    public void linkAlias(LinkName name, String alias) {
        change(() -> {
            FakeLinks.Link link = namespace.links.get(name);
            link.mark = new Mark(alias, link.mark.group());
        });
    }

    @Override
    public void linkGroup(LinkName name, int group) {
        change(() -> {
            FakeLinks.Link link = namespace.links.get(name);
            link.mark = new Mark(link.mark.alias(), group);
        });
    }

    @Override
    public void addressAdd(LinkAddress address) {
        change(() -> namespace.addAddress(address));
    }

    @Override
    public void addressDelete(LinkAddress address) {
        change(() -> namespace.deleteAddress(address));
    }

    @Override
    public void routeAdd(Route route) {
        change(() -> namespace.addRoute(route));
    }

    @Override
    public void routeDelete(Route route) {
        change(() -> namespace.deleteRoute(route));
    }

    @Override
    public void fouAdd(FouListener listener) {
        change(() -> namespace.addListener(listener));
    }

    @Override
    public void fouDelete(FouListener listener) {
        change(() -> namespace.deleteListener(listener));
    }

    @Override
    public void udpOpen(int port) {
        change(() -> namespace.listeners.open(port));
    }

    @Override
    public void udpClose(int port) {
        change(() -> namespace.listeners.close(port));
    }

    @Override
    public void send(Ipv4 destination, int datagrams, int bytes) {
        change(() -> {
            for (int i = 0; i < datagrams; i++) {
                namespace.send(destination, bytes);
            }
        });
    }

    @Override
    public void nftFlush() {
        namespace.tables.flush();
    }

    @Override
    public void nftTableAdd(String family, NftTable table) {
        change(() -> namespace.tables.create(new FakeTables.Name(family, table.name()), table));
    }

    @Override
    public void nftSetAdd(String table, NftSet set) {
        change(() -> namespace.tables.get(table).addSet(set));
    }

    @Override
    public void nftRuleInsert(String table, String chain, int index, NftRule rule) {
        change(() -> namespace.tables.get(table).insertRule(chain, index, rule));
    }

    @Override
    public void nftRuleDelete(String table, String chain, int index) {
        change(() -> namespace.tables.get(table).deleteRule(chain, index));
    }

    @Override
    public void nftElementAdd(NftElement element) {
        change(() -> namespace.tables.create(element));
    }

    @Override
    public void nftElementDelete(NftElement element) {
        namespace.tables.delete(element);
    }

    @Override
    public String nftText(String family, String table) {
        return namespace
                .tables
                .find(new FakeTables.Name(family, table))
                .map(found -> found.layout() + " " + found.elements())
                .orElse("no table " + table);
    }

    private static void change(WriteFaults.Step step) {
        try {
            step.run();
        } catch (KernelRefusal refusal) {
            throw new IllegalStateException(refusal);
        }
    }
}
