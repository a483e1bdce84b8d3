package io.ipipou.agent.packet;

import io.ipipou.agent.event.Event;
import io.ipipou.spi.backend.BackendException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the datagrams of a queue and hands them to several threads. Thread-safe. */
public final class PacketReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PacketReceiver.class);

    /** Datagrams that may wait; further ones are dropped and counted. */
    private static final int BACKLOG = 1024;

    private final PacketQueue queue;
    private final Consumer<Datagram> handler;
    private final AtomicLong dropped = new AtomicLong();
    private final ThreadPoolExecutor threads;
    private final Thread thread = new Thread(this::receive, "ipipou-intake");

    /**
     * @param queue closed with this
     * @param handler called by several threads
     */
    public PacketReceiver(PacketQueue queue, Consumer<Datagram> handler) {
        this.queue = queue;
        this.handler = handler;
        int processors = Runtime.getRuntime().availableProcessors();
        threads = new ThreadPoolExecutor(
                processors,
                processors,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(BACKLOG),
                task -> new Thread(task, "ipipou-verify"),
                (task, pool) -> dropped.incrementAndGet());
        threads.allowCoreThreadTimeOut(true);
    }

    public void start() {
        thread.start();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Datagrams that were dropped because too many were waiting. */
    public long dropped() {
        return dropped.get();
    }

    /** How often the kernel dropped packets because they were not received in time. */
    public long overruns() {
        return queue.overruns();
    }

    /** No queued packet is ever let through, so the verdict does not wait for the handler. */
    private void receive() {
        try {
            Optional<PacketBatch> batch = queue.receive();
            while (batch.isPresent()) {
                queue.drop(batch.get());
                batch.get().datagrams().forEach(datagram -> threads.execute(() -> handler.accept(datagram)));
                batch = queue.receive();
            }
        } catch (BackendException e) {
            Event.AGENT_QUEUE_FAILED.log(LOG, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        queue.close();
        threads.shutdown();
    }
}
