package io.ipipou.backend.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.backend.netlink.message.AddressMessage;
import io.ipipou.backend.netlink.message.FouMessage;
import io.ipipou.backend.netlink.message.KernelSide.LinkFields;
import io.ipipou.backend.netlink.message.LinkMessage;
import io.ipipou.backend.netlink.message.LinkRequest;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Outcome.Status;
import io.ipipou.spi.state.Encap;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.IpipLink;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.LinkAddress;
import io.ipipou.spi.state.LinkName;
import io.ipipou.spi.state.Mark;
import io.ipipou.spi.state.OuterHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Cases that a real kernel does not produce on demand; the conformance suite covers the others. */
class NetlinkBackendTest {

    private final FakeNetlinkKernel kernel = new FakeNetlinkKernel();

    @Test
    void addressOfADeletedLinkIsReadAgain() throws BackendException {
        kernel.addDevice("eth0", 2);
        kernel.addresses.add(new AddressMessage(9, 24, 0, false, Ipv4.of("10.0.0.1"), Ipv4.of("10.0.0.1"), "eth9"));

        assertThatThrownBy(() -> kernel.backend().observe())
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("links were created or deleted during each of 5 attempts");
    }

    @Test
    void observeLoadsNoModule() throws BackendException {
        kernel.fouLoaded = false;

        assertThat(kernel.backend().observe().listeners()).isEmpty();
        assertThat(kernel.dumps()).isEqualTo(5); // links, addresses, routes, families; no request for one family
        assertThat(kernel.socket.sent()).hasSize(5);
    }

    @Test
    void missingPrivilegeIsAnException() {
        kernel.refuse(LinkMessage.RTM_NEWLINK, 0, Errno.EPERM);

        assertThatThrownBy(() -> execute(Operation.create(tunnel(0))))
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .matches(BackendException::isPermissionDenied);
    }

    @Test
    void missingModuleIsNamed() throws BackendException {
        kernel.refuse(LinkMessage.RTM_NEWLINK, 0, Errno.EOPNOTSUPP);
        assertThat(refusal(Operation.create(tunnel(0))))
                .contains("modprobe ipip")
                .contains("EOPNOTSUPP");

        kernel.fouLoaded = false;
        assertThat(refusal(Operation.create(tunnel(0)))).contains("modprobe fou");
        assertThat(refusal(Operation.create(FouListener.onPort(5555)))).contains("modprobe fou");
        assertThat(execute(Operation.delete(FouListener.onPort(5555))))
                .extracting(Outcome::status)
                .containsExactly(Status.DONE);
    }

    @Test
    void oneUpdateAmongManyLinksReadsOneLink() throws BackendException {
        IntStream.range(0, 500).forEach(i -> kernel.add(tunnel(i), 10 + i));

        assertThat(execute(Operation.update(tunnel(3), tunnel(3))))
                .extracting(Outcome::status)
                .containsExactly(Status.DONE);
        assertThat(kernel.dumps()).isZero();
        assertThat(kernel.socket.sent()).hasSize(3); // the link, the family fou, the write
    }

    /** 64 writes per send, so 16 sends for 1000 links or addresses. */
    @Test
    void manyOperationsTakeFewRoundTrips() throws BackendException {
        NetlinkBackend backend = kernel.backend();
        List<Operation> links = IntStream.range(0, 1000)
                .mapToObj(i -> Operation.create(tunnel(i)))
                .toList();
        List<Operation> addresses = IntStream.range(0, 1000)
                .mapToObj(
                        i -> Operation.create(LinkAddress.pointToPoint(tunnel(i).name(), Ipv4.ANY, Ipv4.ANY)))
                .toList();
        IntStream.range(0, 1000).forEach(i -> kernel.add(tunnel(i), 10 + i));

        assertThat(backend.execute(links)).hasSize(1000);
        assertThat(backend.execute(addresses)).hasSize(1000);
        assertThat(kernel.dumps()).isEqualTo(3);
        assertThat(kernel.socket.sent()).hasSize(3 + 1 + 4 * 16);
    }

    @Test
    void createdLinksAreMarkedThoughAnotherWasRefused() throws BackendException {
        kernel.refuse(LinkMessage.RTM_NEWLINK, 1, Errno.EEXIST);
        kernel.add(tunnel(0), 10);
        kernel.add(tunnel(2), 12);

        List<Outcome> outcomes = execute(
                Operation.create(tunnel(0)),
                Operation.create(tunnel(1)),
                Operation.create(tunnel(2)),
                Operation.create(FouListener.onPort(5555)));

        assertThat(outcomes)
                .extracting(Outcome::status)
                .containsExactly(Status.DONE, Status.FAILED, Status.DONE, Status.NOT_ATTEMPTED);
        assertThat(kernel.writes.subList(3, 7))
                .extracting(FakeNetlinkKernel::decode)
                .containsExactly(
                        change(10, "ipipou:t0", false, true),
                        change(12, "ipipou:t2", false, true),
                        change(10, "", true, false),
                        change(12, "", true, false));
        assertThat(kernel.writes).hasSize(7);
    }

    @Test
    void missingIpv6IsTolerated() throws BackendException {
        kernel.refuse(LinkRequest.RTM_SETLINK, 0, Errno.EAFNOSUPPORT);
        kernel.add(tunnel(0), 10);

        assertThat(execute(Operation.create(tunnel(0))))
                .extracting(Outcome::status)
                .containsExactly(Status.DONE);
        assertThat(kernel.writes.subList(2, 4))
                .extracting(FakeNetlinkKernel::decode)
                .containsExactly(change(10, "ipipou:t0", false, false), change(10, "", true, false));
    }

    @Test
    void linkThatCannotBeSetUpIsAFailure() throws BackendException {
        kernel.refuse(LinkRequest.RTM_SETLINK, 1, Errno.ENODEV);
        kernel.add(tunnel(0), 10);

        assertThat(execute(Operation.create(tunnel(0))).get(0).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void linkDeletedBeforeItIsMarkedIsAFailure() throws BackendException {
        kernel.add(tunnel(1), 11);

        assertThat(execute(Operation.create(tunnel(0)), Operation.create(tunnel(1))))
                .extracting(Outcome::status)
                .containsExactly(Status.FAILED, Status.FAILED);
    }

    @Test
    void allManagedLinksAreDeletedAsTheirGroup() throws BackendException {
        IntStream.range(0, 3).forEach(i -> kernel.add(tunnel(i), 10 + i));

        assertThat(execute(deletions(3))).extracting(Outcome::status).containsOnly(Status.DONE);

        assertThat(kernel.writtenTypes()).containsExactly(LinkRequest.RTM_DELLINK);
        assertThat(FakeNetlinkKernel.decode(kernel.writes.get(0))).isEqualTo(group(0, Mark.GROUP));
    }

    @Test
    void manyLinksAreDeletedAsAnUnusedGroup() throws BackendException {
        IntStream.range(0, 4).forEach(i -> kernel.add(tunnel(i), 10 + i));

        assertThat(execute(deletions(3))).extracting(Outcome::status).containsOnly(Status.DONE);

        assertThat(kernel.writtenTypes())
                .containsExactly(
                        LinkRequest.RTM_SETLINK,
                        LinkRequest.RTM_SETLINK,
                        LinkRequest.RTM_SETLINK,
                        LinkRequest.RTM_DELLINK);
        int group = FakeNetlinkKernel.decode(kernel.writes.get(3)).group().orElseThrow();
        assertThat(group).isNotIn(0, Mark.GROUP);
        assertThat(FakeNetlinkKernel.decode(kernel.writes.get(1))).isEqualTo(group(11, group));
    }

    @Test
    void refusedGroupDeletionFailsAllOfIt() throws BackendException {
        IntStream.range(0, 4).forEach(i -> kernel.add(tunnel(i), 10 + i));
        kernel.refuse(LinkRequest.RTM_SETLINK, 1, Errno.ENODEV);
        kernel.refuse(LinkRequest.RTM_DELLINK, 0, Errno.EBUSY);

        assertThat(execute(deletions(3))).extracting(Outcome::status).containsOnly(Status.FAILED);
    }

    @Test
    void refusedPortDeletionIsDoneIfThePortDoesNotExist() throws BackendException {
        FouListener listener = FouListener.onPort(5555);
        kernel.refuse(FakeNetlinkKernel.FOU, 0, Errno.EINVAL);
        kernel.refuse(FakeNetlinkKernel.FOU, 1, Errno.EINVAL);

        assertThat(execute(Operation.delete(listener)))
                .extracting(Outcome::status)
                .containsExactly(Status.DONE);
        kernel.ports.add(Listeners.toMessage(FouMessage.FOU_CMD_GET, listener, 0));
        assertThat(refusal(Operation.delete(listener))).contains("EINVAL");
    }

    @Test
    void limitsAreReportedBeforeExecution() throws BackendException {
        NetlinkBackend backend = kernel.backend();
        IpipLink longAlias = tunnel(new LinkName("t0"), 0, new Mark("語".repeat(86), Mark.GROUP));
        IpipLink reserved = tunnel(new LinkName("default"), 0);

        assertThat(backend.validate(Operation.create(longAlias)))
                .hasValueSatisfying(text -> assertThat(text).contains("258 bytes"));
        assertThat(backend.validate(Operation.create(reserved))).isPresent();
        assertThat(backend.validate(Operation.delete(reserved))).isEmpty();
        assertThat(backend.validate(Operation.update(tunnel(0), tunnel(1)))).isPresent();
        assertThat(backend.validate(Operation.update(tunnel(0), tunnel(0)))).isEmpty();
        assertThat(refusal(Operation.create(longAlias))).contains("258 bytes");
        assertThat(kernel.writes).isEmpty();
    }

    @Test
    void closeClosesTheSockets() throws BackendException {
        kernel.backend().close();

        assertThat(kernel.socket.closed()).isTrue();
    }

    private List<Outcome> execute(Operation... operations) throws BackendException {
        return kernel.backend().execute(List.of(operations));
    }

    private String refusal(Operation operation) throws BackendException {
        return execute(operation).get(0).refusal().orElseThrow().toString();
    }

    private static LinkFields change(int index, String alias, boolean up, boolean addrGenModeNone) {
        Optional<String> set = Optional.of(alias).filter(text -> !text.isEmpty());
        return new LinkFields(index, Optional.empty(), Optional.empty(), set, up, addrGenModeNone);
    }

    private static LinkFields group(int index, int group) {
        return new LinkFields(index, Optional.empty(), Optional.of(group), Optional.empty(), false, false);
    }

    private static Operation[] deletions(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Operation.delete(tunnel(i)))
                .toArray(Operation[]::new);
    }

    private static IpipLink tunnel(int number) {
        return tunnel(new LinkName("t" + number), number);
    }

    private static IpipLink tunnel(LinkName name, int number) {
        return tunnel(name, number, Mark.of(name));
    }

    private static IpipLink tunnel(LinkName name, int number, Mark mark) {
        OuterHeader outer = new OuterHeader(Ipv4.of("203.0.113.1"), new Ipv4(number + 1), Optional.empty(), 0, 0, true);
        return new IpipLink(name, outer, Encap.fou(1, 2, false), 1472, true, mark);
    }
}
