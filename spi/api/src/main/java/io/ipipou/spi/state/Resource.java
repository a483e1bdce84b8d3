package io.ipipou.spi.state;

import java.util.Map;

/**
 * A kernel object as a value. New kinds can be added: a backend reports one that it does not know through
 * {@link io.ipipou.spi.backend.Backend#validate}.
 */
public interface Resource {

    /** The address that plans print. Unique among desired objects, but not among those that ipipou does not manage. */
    ResourceId id();

    /**
     * The fields that a plan shows, in that order: named as in {@code ip} or {@code nft}, with strings, booleans and
     * integers as values. Must not hold a secret.
     */
    Map<String, Object> fields();

    /** The most important fields in a few words, for the line of a plan that creates the object. */
    String summary();
}
