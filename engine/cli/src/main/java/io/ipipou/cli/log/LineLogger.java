package io.ipipou.cli.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** One class's logger. Logs an exception's type and message, not its stack. */
@SuppressWarnings("serial")
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {

    LineLogger(String name) {
        this.name = name;
    }

    @Override
    public void log(LoggingEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<KeyValuePair> pairs = event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
        pairs.forEach(pair -> fields.put(pair.key, pair.value));
        write(event.getLevel(), fields, event.getMessage(), event.getArgumentArray(), event.getThrowable());
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        write(level, Map.of(), pattern, arguments, thrown);
    }

    private static void write(
            Level level,
            Map<String, Object> fields,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String message = String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments));
        Logs.log(level, fields, thrown == null ? message : message + ": " + thrown);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return Logs.isLogged(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return Logs.isLogged(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return Logs.isLogged(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return Logs.isLogged(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return Logs.isLogged(name, Level.ERROR);
    }
}
