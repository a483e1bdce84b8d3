package io.ipipou.testbed;

import io.ipipou.spi.backend.Backend;
import io.ipipou.spi.backend.BackendException;
import io.ipipou.spi.backend.BackendProvider;
import io.ipipou.testkit.KernelUnderTest;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** A namespace of the running kernel for a case of the conformance suite. */
final class RealKernel implements KernelUnderTest {

    private final BackendProvider provider;
    private final NetworkNamespace namespace = NetworkNamespace.create("case");
    private final IpOutsideChanges outsideChanges = new IpOutsideChanges(namespace);

    private RealKernel(BackendProvider provider) {
        this.provider = provider;
        String device = DEVICE.value();
        namespace.ipBatch(
                "link add name " + device + " up mtu " + DEVICE_MTU + " type dummy",
                "address add " + DEVICE_ADDRESS + "/" + DEVICE_PREFIX_LENGTH + " dev " + device);
    }

    /** A new namespace for the backend with this id. */
    static RealKernel forBackend(String id) {
        return new RealKernel(provider(id));
    }

    static BackendProvider provider(String id) {
        return ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no backend " + id + " on the class path"));
    }

    @Override
    public Backend open() throws BackendException {
        return open(provider);
    }

    /** Another backend in the same namespace. */
    Backend open(BackendProvider other) throws BackendException {
        return unwrapped(() -> namespace.call(() -> other.open(KernelUnderTest.NFT_TABLE)));
    }

    private static <T> T unwrapped(Supplier<T> task) throws BackendException {
        try {
            return task.get();
        } catch (IllegalStateException wrapped) {
            if (wrapped.getCause() instanceof BackendException failure) {
                throw failure;
            }
            throw wrapped;
        }
    }

    @Override
    public void withoutPrivilege(BackendTask task) throws BackendException {
        unwrapped(() -> namespace.callUnprivileged(() -> {
            try (Backend backend = provider.open(KernelUnderTest.NFT_TABLE)) {
                task.run(backend);
            }
            return true;
        }));
    }

    /** Where the kernel explains an error, {@code ip} prints the explanation instead of the errno. */
    @Override
    public boolean reportsErrno() {
        return !provider.id().equals("iproute2");
    }

    @Override
    public IpOutsideChanges outsideChanges() {
        return outsideChanges;
    }

    /** A sleep: the kernel sends no notification when the timeout of an element expires. */
    @Override
    public void passTime(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        outsideChanges.close();
        namespace.close();
    }
}
