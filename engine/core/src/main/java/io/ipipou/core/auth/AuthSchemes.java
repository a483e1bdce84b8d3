package io.ipipou.core.auth;

import io.ipipou.core.config.Auth;
import io.ipipou.core.plugin.Catalog;
import io.ipipou.spi.auth.AuthContext;
import io.ipipou.spi.auth.AuthProvider;
import io.ipipou.spi.auth.Authenticator;
import io.ipipou.spi.auth.PacketShape;
import io.ipipou.spi.auth.Verifier;
import io.ipipou.spi.config.InvalidSettingException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Creates verifiers and authenticators for the auth entries of a valid configuration. Safe for use by several threads.
 */
public final class AuthSchemes {

    private interface Factory<T> {
        T create(AuthProvider provider) throws InvalidSettingException;
    }

    private final Catalog<AuthProvider> catalog;
    private final AuthContext context;

    /** Caches: creating a verifier can be expensive, and every plan asks for its shape. */
    private final Map<Auth, PacketShape> requestShapes = Collections.synchronizedMap(new WeakHashMap<>());

    private final Map<Auth, PacketShape> replyShapes = Collections.synchronizedMap(new WeakHashMap<>());

    public AuthSchemes(Catalog<AuthProvider> catalog, AuthContext context) {
        this.catalog = catalog;
        this.context = context;
    }

    /** Creates the server's side of the entry. */
    public Verifier verifier(Auth auth) {
        return create(auth, provider -> provider.verifier(auth.settings(), context));
    }

    /** Creates the client's side of the entry. */
    public Authenticator authenticator(Auth auth) {
        return create(auth, provider -> provider.authenticator(auth.settings(), context));
    }

    /** The shape of the entry's authentication packets. */
    public PacketShape requestShape(Auth auth) {
        return requestShapes.computeIfAbsent(auth, entry -> verifier(entry).shape());
    }

    /** The shape of the replies to the entry's authentication packets. */
    public PacketShape replyShape(Auth auth) {
        return replyShapes.computeIfAbsent(auth, entry -> authenticator(entry).replyShape());
    }

    private <T> T create(Auth auth, Factory<T> factory) {
        AuthProvider provider = catalog.get(auth.scheme())
                .orElseThrow(() -> new IllegalStateException("no plugin for the scheme " + auth.scheme()));
        try {
            return factory.create(provider);
        } catch (InvalidSettingException e) {
            // The plugin accepted these settings when the configuration was checked.
            throw new IllegalStateException(
                    "the plugin " + auth.scheme() + " rejects auth." + auth.name() + ", which it accepted before", e);
        }
    }
}
