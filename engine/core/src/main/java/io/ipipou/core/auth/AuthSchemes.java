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

/** What the auth plugins make of the entries of a file that has been checked. Safe for use by several threads. */
public final class AuthSchemes {

    private interface Making<T> {
        T make(AuthProvider provider) throws InvalidSettingException;
    }

    private final Catalog<AuthProvider> catalog;
    private final AuthContext context;

    /** Making a verifier can be dear, and a shape is asked for at every look at a host. */
    private final Map<Auth, PacketShape> proofShapes = Collections.synchronizedMap(new WeakHashMap<>());

    private final Map<Auth, PacketShape> replyShapes = Collections.synchronizedMap(new WeakHashMap<>());

    public AuthSchemes(Catalog<AuthProvider> catalog, AuthContext context) {
        this.catalog = catalog;
        this.context = context;
    }

    /** The server's side of the entry. */
    public Verifier verifier(Auth auth) {
        return make(auth, provider -> provider.verifier(auth.settings(), context));
    }

    /** The client's side of the entry. */
    public Authenticator authenticator(Auth auth) {
        return make(auth, provider -> provider.authenticator(auth.settings(), context));
    }

    /** The packets that may be a proof by the entry. */
    public PacketShape requestShape(Auth auth) {
        return proofShapes.computeIfAbsent(auth, entry -> verifier(entry).shape());
    }

    /** The packets that may be the answer to a proof by the entry. */
    public PacketShape replyShape(Auth auth) {
        return replyShapes.computeIfAbsent(auth, entry -> authenticator(entry).replyShape());
    }

    private <T> T make(Auth auth, Making<T> making) {
        AuthProvider provider = catalog.get(auth.scheme())
                .orElseThrow(() -> new IllegalStateException("no plugin for the scheme " + auth.scheme()));
        try {
            return making.make(provider);
        } catch (InvalidSettingException e) {
            // The plugin took these settings when the file was checked.
            throw new IllegalStateException("the plugin " + auth.scheme() + " no longer takes auth." + auth.name(), e);
        }
    }
}
