package io.ipipou.testkit;

import io.ipipou.spi.plan.Verb;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the case of a {@link BackendConformance} that tries the verb on that kind of object. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Covers {

    /** A {@code KIND} of the SPI's resources. */
    String kind();

    Verb verb();
}
