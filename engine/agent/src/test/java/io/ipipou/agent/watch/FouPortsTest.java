package io.ipipou.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ipipou.netlink.socket.ScriptedKernel;
import io.ipipou.netlink.wire.MessageWriter;
import io.ipipou.netlink.wire.Nlmsg;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.plan.Errno;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FouPortsTest {

    private static final int FOU = 33;
    private static final int CTRL = 16;

    private final ScriptedKernel kernel = new ScriptedKernel();

    private ScriptedKernel families(String... names) {
        return kernel.onSend((k, sent) -> {
            assertThat(sent.get(0).type()).isEqualTo(CTRL);
            k.deliver(writer -> {
                for (int i = 0; i < names.length; i++) {
                    String name = names[i];
                    int id = name.equals("fou") ? FOU : 20 + i;
                    writer.message(CTRL, 2, sent.get(0).sequence(), body -> {
                        body.u8(1).u8(2).u16(0).u16(1, id);
                        body.string(2, name);
                    });
                }
                done(writer, sent.get(0).sequence());
            });
        });
    }

    private ScriptedKernel ports(int... ports) {
        return kernel.onSend((k, sent) -> {
            assertThat(sent.get(0).type()).isEqualTo(FOU);
            k.deliver(writer -> {
                IntStream.of(ports)
                        .forEach(port -> writer.message(FOU, 2, sent.get(0).sequence(), body -> {
                            body.u8(1).u8(1).u16(0).u16be(1, port);
                        }));
                done(writer, sent.get(0).sequence());
            });
        });
    }

    private static void done(MessageWriter writer, int sequence) {
        writer.message(Nlmsg.NLMSG_DONE, 2, sequence, body -> body.u32(0));
    }

    @Test
    void onlyAnAddedOrDeletedPortIsAChange() throws BackendException {
        families("nlctrl", "fou");
        ports(10000);
        ports(10000);
        ports(10000, 10001);
        ports(10001);
        ports(10001);
        try (FouPorts fou = new FouPorts(kernel)) {
            assertThat(fou.changed()).isTrue();
            assertThat(fou.changed()).isFalse();
            assertThat(fou.changed()).isTrue();
            assertThat(fou.changed()).isTrue();
            assertThat(fou.changed()).isFalse();
        }
    }

    @Test
    void withoutTheModuleThereAreNoPortsUntilItIsLoaded() throws BackendException {
        families("nlctrl");
        families("nlctrl");
        families("nlctrl", "fou");
        ports(10000);
        try (FouPorts fou = new FouPorts(kernel)) {
            assertThat(fou.changed()).isFalse();
            assertThat(fou.changed()).isFalse();
            assertThat(fou.changed()).isTrue();
        }
    }

    @Test
    void unloadingTheModuleRemovesItsPorts() throws BackendException {
        families("fou");
        ports(10000);
        kernel.onSend((k, sent) -> k.deliver(writer -> writer.message(
                Nlmsg.NLMSG_ERROR, Nlmsg.NLM_F_CAPPED, sent.get(0).sequence(), body -> body.u32(-Errno.ENOENT.number())
                        .u32(20)
                        .u16(FOU)
                        .u16(0)
                        .u32(sent.get(0).sequence())
                        .u32(0))));
        families("nlctrl");
        try (FouPorts fou = new FouPorts(kernel)) {
            assertThat(fou.changed()).isTrue();
            assertThat(fou.changed()).isTrue();
            assertThat(fou.changed()).isFalse();
        }
    }

    @Test
    void aMissingReplyIsAnError() {
        kernel.onSend((k, sent) -> {});
        try (FouPorts fou = new FouPorts(kernel)) {
            assertThatThrownBy(fou::changed).isInstanceOf(BackendException.class);
        }
    }
}
