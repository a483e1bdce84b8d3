package io.ipipou.cli.option;

import io.ipipou.core.config.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A positive duration, written as in the configuration file: 120s, 5m, 1h. */
public final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return Durations.parse(text)
                .filter(time -> !time.isZero())
                .orElseThrow(
                        () -> new TypeConversionException("'" + text + "' is not a duration (write 120s, 5m or 1h)"));
    }
}
