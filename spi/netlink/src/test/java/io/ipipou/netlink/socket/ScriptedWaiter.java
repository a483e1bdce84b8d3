package io.ipipou.netlink.socket;

/** Has something to receive as often as a test says, and is then ended. */
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
    public void end() {
        times = 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
