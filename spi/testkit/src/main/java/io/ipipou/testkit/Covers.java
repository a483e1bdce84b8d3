package io.ipipou.testkit;

import io.ipipou.spi.plan.Verb;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the case of {@link BackendConformance} that tests the verb on the kind of object. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Covers {

    /** The {@code KIND} of a resource class of the SPI. */
    String kind();

    Verb verb();
}
