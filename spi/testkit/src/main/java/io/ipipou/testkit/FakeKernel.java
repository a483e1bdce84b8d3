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
 * A network namespace in memory that refuses what Linux refuses and forgets what Linux forgets, so that nobody mocks.
 * It starts as a new namespace does, with {@code lo} and {@code tunl0} and both down, and outlives its backends. Its
 * own methods are the {@link OutsideChanges}'s, for breaking things; its backends' writes can be made to fail.
 *
 * <p>{@code FakeKernelConformanceTest} and the kernel tests run the same cases against this and against Linux. Not safe
 * for use by several threads.
 */
public final class FakeKernel implements OutsideChanges {

    private final FakeNamespace namespace = new FakeNamespace();
    private final WriteFaults faults = new WriteFaults();

    /** A kernel with an underlying device as hosts have it: of kind dummy, up, MTU 1500. */
    public static FakeKernel withDevice(LinkName device, Ipv4 address, int prefixLength) {
        FakeKernel kernel = new FakeKernel();
        kernel.linkAdd(device, "dummy");
        kernel.linkUp(device);
        kernel.addressAdd(new LinkAddress(device, address, address, prefixLength, device.value()));
        return kernel;
    }

    /** A backend for this kernel, opened for {@link KernelUnderTest#NFT_TABLE}; there may be several, used in turn. */
    public Backend backend() {
        return backend(KernelUnderTest.NFT_TABLE);
    }

    /** A backend for this kernel, opened for that table of the family {@code ip}. */
    public Backend backend(String nftTable) {
        return new FakeBackend(namespace, faults, nftTable, true);
    }

    /** A backend whose every call meets EPERM. */
    public Backend unprivilegedBackend() {
        return new FakeBackend(namespace, faults, KernelUnderTest.NFT_TABLE, false);
    }

    /** What {@link Backend#observe} of {@link #backend()} sees; never fails. */
    public ObservedState state() {
        return namespace.state(KernelUnderTest.NFT_TABLE);
    }

    /** Moves the clock that takes away set elements, which else stands still. */
    public void passTime(Duration time) {
        namespace.tables.passTime(time);
    }

    /** How many writes backends have tried; neighbouring operations on a table and its elements are one. */
    public int writes() {
        return faults.writes();
    }

    /**
     * Refuses a write.
     *
     * @param nth 1 for the backends' next write, 2 for the one after it
     * @param errno its name in errno.h
     */
    public void refuse(int nth, String errno) {
        faults.before(nth, () -> {
            throw new KernelRefusal(errno, "refused by the test: " + errno);
        });
    }

    /** Throws {@link SimulatedCrash} in place of the nth write from now. */
    public void crashBefore(int nth) {
        faults.before(nth, () -> {
            throw new SimulatedCrash("before write " + nth);
        });
    }

    /** Throws {@link SimulatedCrash} in the nth write from now, which creates a link: it is there, but has no alias. */
    public void crashWithin(int nth) {
        faults.within(nth, () -> {
            throw new SimulatedCrash("within write " + nth);
        });
    }

    /** Throws {@link SimulatedCrash} when the nth write from now has been done. */
    public void crashAfter(int nth) {
        faults.after(nth, () -> {
            throw new SimulatedCrash("after write " + nth);
        });
    }

    /** Lets somebody else act just before the nth write from now. */
    public void beforeWrite(int nth, Runnable action) {
        faults.before(nth, action::run);
    }

    /** Fails the next so many reads, as when the kernel changes faster than it can be dumped. */
    public void failReads(int times) {
        faults.failReads(times);
    }

    @Override
    public void linkAdd(LinkName name, String kind) {
        byHand(() -> namespace.links.create(name, kind));
    }

    @Override
    public void linkAdd(IpipLink link) {
        byHand(() -> namespace.links.create(link));
    }

    @Override
    public void linkSet(IpipLink link) {
        byHand(() -> namespace.changeLink(link));
    }

    @Override
    public void linkDelete(LinkName name) {
        byHand(() -> namespace.deleteLink(name));
    }

    @Override
    public void linkRename(LinkName from, LinkName to) {
        byHand(() -> {
            FakeLinks.Link link = namespace.links.get(from);
            namespace.setUp(link, false);
            namespace.renameLink(from, to);
            namespace.setUp(link, true);
        });
    }

    @Override
    public void linkUp(LinkName name) {
        byHand(() -> namespace.setUp(namespace.links.get(name), true));
    }

    @Override
    public void linkDown(LinkName name) {
        byHand(() -> namespace.setUp(namespace.links.get(name), false));
    }

    @Override
    public void linkMtu(LinkName name, int mtu) {
        byHand(() -> namespace.links.setMtu(namespace.links.get(name), mtu));
    }

    @Override
    public void linkAlias(LinkName name, String alias) {
        byHand(() -> {
            FakeLinks.Link link = namespace.links.get(name);
            link.mark = new Mark(alias, link.mark.group());
        });
    }

    @Override
    public void linkGroup(LinkName name, int group) {
        byHand(() -> {
            FakeLinks.Link link = namespace.links.get(name);
            link.mark = new Mark(link.mark.alias(), group);
        });
    }

    @Override
    public void addressAdd(LinkAddress address) {
        byHand(() -> namespace.addAddress(address));
    }

    @Override
    public void addressDelete(LinkAddress address) {
        byHand(() -> namespace.deleteAddress(address));
    }

    @Override
    public void routeAdd(Route route) {
        byHand(() -> namespace.addRoute(route));
    }

    @Override
    public void routeDelete(Route route) {
        byHand(() -> namespace.deleteRoute(route));
    }

    @Override
    public void fouAdd(FouListener listener) {
        byHand(() -> namespace.addListener(listener));
    }

    @Override
    public void fouDelete(FouListener listener) {
        byHand(() -> namespace.deleteListener(listener));
    }

    @Override
    public void udpOpen(int port) {
        byHand(() -> namespace.listeners.open(port));
    }

    @Override
    public void udpClose(int port) {
        byHand(() -> namespace.listeners.close(port));
    }

    @Override
    public void send(Ipv4 destination, int datagrams, int bytes) {
        byHand(() -> {
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
        byHand(() -> namespace.tables.create(new FakeTables.Name(family, table.name()), table));
    }

    @Override
    public void nftSetAdd(String table, NftSet set) {
        byHand(() -> namespace.tables.addSet(table, set));
    }

    @Override
    public void nftRuleInsert(String table, String chain, int index, NftRule rule) {
        byHand(() -> namespace.tables.insertRule(table, chain, index, rule));
    }

    @Override
    public void nftRuleDelete(String table, String chain, int index) {
        byHand(() -> namespace.tables.deleteRule(table, chain, index));
    }

    @Override
    public void nftElementAdd(NftElement element) {
        byHand(() -> namespace.tables.create(element));
    }

    @Override
    public void nftElementDelete(NftElement element) {
        namespace.tables.delete(element);
    }

    @Override
    public String nftText(String family, String table) {
        FakeTables.Name name = new FakeTables.Name(family, table);
        return namespace.tables.layout(name) + " " + namespace.tables.elements(name);
    }

    private static void byHand(WriteFaults.Step step) {
        try {
            step.run();
        } catch (KernelRefusal refusal) {
            throw new IllegalStateException(refusal);
        }
    }
}
