package io.ipipou.agent.event;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LoggingEventAware;

/** Records events; ignores other messages. */
@SuppressWarnings("serial")
public final class RecordingLogger extends LegacyAbstractLogger implements LoggingEventAware {

    private final Queue<LoggingEvent> events = new ConcurrentLinkedQueue<>();

    public Queue<LoggingEvent> events() {
        return events;
    }

    @Override
    public void log(LoggingEvent event) {
        events.add(event);
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String text,
            Object @Nullable [] values,
            @Nullable Throwable thrown) {}

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return true;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
