package io.ipipou.source.git;

import io.ipipou.spi.source.SourceException;
import java.net.URISyntaxException;
import java.util.Locale;
import org.eclipse.jgit.transport.URIish;

/**
 * Where a repository is: {@code https://}, {@code ssh://} or {@code USER@HOST:PATH}, {@code git://}, {@code file://} or
 * an absolute path.
 */
record RepositoryUrl(URIish uri, Kind kind) {

    enum Kind {
        HTTPS,
        SSH,
        GIT,
        FILE
    }

    private static final String EXAMPLES =
            "https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH or git://HOST/PATH";

    static RepositoryUrl parse(String text) throws SourceException {
        URIish uri;
        try {
            uri = new URIish(text);
        } catch (URISyntaxException e) {
            // The exception repeats the text, and with it a password.
            throw new SourceException("the repository's URL is invalid (write " + EXAMPLES + ")");
        }
        Kind kind = kind(uri);
        if (kind != Kind.FILE && (uri.getHost() == null || uri.getHost().isEmpty())) {
            throw new SourceException(show(uri) + ": the URL names no host (write " + EXAMPLES + ")");
        }
        if (kind == Kind.FILE && (uri.getPath() == null || !uri.getPath().startsWith("/") || uri.getHost() != null)) {
            throw new SourceException(
                    show(uri) + ": a repository on this host needs an absolute path (write " + EXAMPLES + ")");
        }
        return new RepositoryUrl(uri, kind);
    }

    private static Kind kind(URIish uri) throws SourceException {
        if (uri.getScheme() == null) {
            return uri.getHost() == null ? Kind.FILE : Kind.SSH;
        }
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> Kind.HTTPS;
            case "ssh", "git+ssh", "ssh+git" -> Kind.SSH;
            case "git" -> Kind.GIT;
            case "file" -> Kind.FILE;
            case "http" ->
                throw new SourceException(show(uri) + ": http is neither encrypted nor authenticated (write https://)");
            default ->
                throw new SourceException(
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
