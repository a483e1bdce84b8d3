package io.ipipou.agent.event;

import java.util.List;
import java.util.Objects;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** The events that the classes under test log; tests run one after the other. */
public final class RecordedEvents implements SLF4JServiceProvider {

    private static final RecordingLogger LOGGER = new RecordingLogger();

    /** Returns the events since the last call, as {@code peer.moved tunnel=r0 ...}, and forgets them. */
    public static List<String> take() {
        List<String> taken = LOGGER.events().stream().map(RecordedEvents::text).toList();
        LOGGER.events().clear();
        return taken;
    }

    private static String text(LoggingEvent event) {
        StringBuilder text = new StringBuilder();
        for (KeyValuePair pair : Objects.requireNonNull(event.getKeyValuePairs())) {
            text.append(pair.key.equals(Event.KEY) ? "" : " " + pair.key + "=").append(pair.value);
        }
        return text.toString();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return name -> LOGGER;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
