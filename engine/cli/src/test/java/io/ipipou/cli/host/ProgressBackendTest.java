package io.ipipou.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.cli.log.LineFormat;
import io.ipipou.cli.process.Terminal;
import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.plan.Errno;
import io.ipipou.spi.plan.Operation;
import io.ipipou.spi.plan.Outcome;
import io.ipipou.spi.plan.Refusal;
import io.ipipou.spi.state.FouListener;
import io.ipipou.spi.state.Ipv4;
import io.ipipou.spi.state.NftElement;
import io.ipipou.spi.state.NftValue;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressBackendTest {

    private final List<Integer> parts = new ArrayList<>();
    private final List<Operation> executed = new ArrayList<>();
    private int refuseAfter = Integer.MAX_VALUE;

    private Backend backend(boolean live) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(nowhere, nowhere, false, live, () -> LineFormat.PLAIN);
        Backend kernel = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    @SuppressWarnings("unchecked")
                    List<Operation> operations = (List<Operation>) arguments[0];
                    return execute(operations);
                });
        return live ? new ProgressBackend(kernel, terminal, 4) : ProgressBackend.of(kernel, terminal);
    }

    private List<Outcome> execute(List<Operation> operations) {
        parts.add(operations.size());
        List<Outcome> outcomes = new ArrayList<>();
        for (Operation operation : operations) {
            executed.add(operation);
            outcomes.add(
                    executed.size() > refuseAfter
                            ? Outcome.failed(operation, new Refusal(Errno.EBUSY, "busy"))
                            : Outcome.done(operation));
        }
        return outcomes;
    }

    private static List<Operation> listeners(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> Operation.create(FouListener.onPort(10000 + i)))
                .toList();
    }

    private static Operation element(int last) {
        return Operation.create(NftElement.of("ipipou", "callers", NftValue.of(Ipv4.of("192.0.2." + last))));
    }

    @Test
    void withoutATerminalThereIsOnePart() throws Exception {
        assertThat(backend(false).execute(listeners(10))).hasSize(10);
        assertThat(parts).containsExactly(10);
    }

    @Test
    void operationsKeepTheirOrderAndThoseOnTheTableStayTogether() throws Exception {
        List<Operation> operations = new ArrayList<>(listeners(3));
        IntStream.range(1, 8).forEach(i -> operations.add(element(i)));
        operations.addAll(listeners(5));
        List<Outcome> outcomes = backend(true).execute(operations);
        assertThat(parts).containsExactly(10, 4, 1);
        assertThat(executed).isEqualTo(operations);
        assertThat(outcomes.stream().map(Outcome::operation)).isEqualTo(operations);
    }

    @Test
    void afterARefusalNoFurtherPartIsSent() throws Exception {
        refuseAfter = 5;
        List<Outcome> outcomes = backend(true).execute(listeners(10));
        assertThat(parts).containsExactly(4, 4);
        assertThat(outcomes).hasSize(10);
        assertThat(outcomes.subList(8, 10)).allMatch(rest -> rest.status() == Outcome.Status.NOT_ATTEMPTED);
    }
}
