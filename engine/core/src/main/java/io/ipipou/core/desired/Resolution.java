package io.ipipou.core.desired;

import io.ipipou.core.config.Problem;
import java.util.List;

/**
 * What a file asks of one host.
 *
 * @param warnings what could not be looked up and is therefore left as it is
 */
public record Resolution(DesiredState state, List<Problem> warnings) {

    public Resolution {
        warnings = List.copyOf(warnings);
    }
}
