package io.ipipou.testbed;

/** A hub, 203.0.113.1, and a far host, 203.0.113.2, at the two ends of a wire. */
final class Wire implements AutoCloseable {

    private final Lab lab = new Lab();
    private final NetworkNamespace hub = lab.host("hub");
    private final NetworkNamespace far = lab.host("far");

    Wire() {
        Lab.connect(hub, "203.0.113.1/24", far, "203.0.113.2/24");
    }

    NetworkNamespace hub() {
        return hub;
    }

    NetworkNamespace far() {
        return far;
    }

    @Override
    public void close() {
        lab.close();
    }
}
