package io.ipipou.spi.state;

import java.util.Map;

/**
 * One kernel object, by value. Kinds are open: a backend that meets one it does not know says so through
 * {@link io.ipipou.spi.backend.Backend#validate}.
 */
public interface Resource {

    /** The address a person sees. A host may hold several foreign objects that share one; desired ones never do. */
    ResourceId id();

    /**
     * What a plan shows of the object, in display order: names are those of {@code ip} or {@code nft}, values are
     * strings, booleans and integers. Never holds a secret.
     */
    Map<String, Object> fields();

    /** The fields that matter most, in a few words, for the line of a plan that creates the object. */
    String summary();
}
