package io.ipipou.netlink.socket;

/** Reports as often as a test says that there is something to receive, and is then stopped. */
public final class ScriptedWaiter implements ReadinessWaiter {

    private int times;
    private boolean closed;

    public ScriptedWaiter(int times) {
        this.times = times;
    }

    public boolean closed() {
        return closed;
    }

    @Override
    public boolean await() {
        return times-- > 0;
    }

    @Override
    public void stop() {
        times = 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
