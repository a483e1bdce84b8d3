package io.ipipou.source.git;

import io.ipipou.spi.source.InvalidAddressException;
import java.net.URISyntaxException;
import java.util.Locale;
import org.eclipse.jgit.transport.URIish;

/** Where a repository is: {@code https://}, {@code ssh://}, {@code USER@HOST:PATH}, {@code file://} or an absolute path. */
record RepositoryUrl(URIish uri, Kind kind) {

    enum Kind {
        HTTPS,
        SSH,
        FILE
    }

    private static final String EXAMPLES = "https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH";

    static RepositoryUrl parse(String text) throws InvalidAddressException {
        URIish uri;
        try {
            uri = new URIish(text);
        } catch (URISyntaxException e) {
            // The exception repeats the text, and with it a password.
            throw new InvalidAddressException("the repository's URL is invalid (write " + EXAMPLES + ")");
        }
        Kind kind = kind(uri);
        if (kind != Kind.FILE && (uri.getHost() == null || uri.getHost().isEmpty())) {
            throw new InvalidAddressException(show(uri) + ": the URL names no host (write " + EXAMPLES + ")");
        }
        if (kind == Kind.FILE && (uri.getPath() == null || !uri.getPath().startsWith("/") || uri.getHost() != null)) {
            throw new InvalidAddressException(
                    show(uri) + ": a repository on this host needs an absolute path (write " + EXAMPLES + ")");
        }
        return new RepositoryUrl(uri, kind);
    }

    private static Kind kind(URIish uri) throws InvalidAddressException {
        if (uri.getScheme() == null) {
            return uri.getHost() == null ? Kind.FILE : Kind.SSH;
        }
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> Kind.HTTPS;
            case "ssh", "git+ssh", "ssh+git" -> Kind.SSH;
            case "file" -> Kind.FILE;
            case "http" ->
                throw new InvalidAddressException(
                        show(uri) + ": http is neither encrypted nor authenticated (write https://)");
            case "git" ->
                throw new InvalidAddressException(show(uri)
                        + ": git:// is not supported, because it does not authenticate the server (write ssh://USER@"
                        + uri.getHost() + uri.getPath() + " or https://" + uri.getHost() + uri.getPath() + ")");
            default ->
                throw new InvalidAddressException(
                        show(uri) + ": unknown transport " + uri.getScheme() + " (write " + EXAMPLES + ")");
        };
    }

    /** Without user and password where there can be a password; an SSH user alone is not secret. */
    private static String show(URIish uri) {
        boolean ofSsh = uri.getScheme() == null || "ssh".equals(uri.getScheme());
        boolean secret = uri.getPass() != null || !ofSsh;
        return (secret ? uri.setUser(null).setPass(null) : uri).toString();
    }

    /** For JGit, whose messages would repeat a password. */
    URIish withoutSecret() {
        return kind == Kind.HTTPS ? uri.setUser(null).setPass(null) : uri;
    }

    /** Safe to print. */
    @Override
    public String toString() {
        return show(uri);
    }
}
