package io.ipipou.source.git;

import io.ipipou.source.git.LimitedInput.ExceededException;
import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Location;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TransportException;

/** Turns the libraries' exceptions into one line that says what failed and what to do. */
record FailureMessage(RepositoryUrl url, Location location, Access access) {

    String of(Exception failure) {
        List<Throwable> chain = chain(failure);
        return access.rejection()
                .or(() -> chain.stream().flatMap(cause -> known(cause).stream()).findFirst())
                .or(() -> rejectedByServer(chain))
                .orElseGet(() -> text(chain.get(chain.size() - 1)));
    }

    private Optional<String> known(Throwable cause) {
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return Optional.of("host name " + url.uri().getHost() + " does not resolve (check the name and DNS)");
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return Optional.of("cannot connect: " + text(cause)
                    + " (check that the server runs, its address and port, and the firewall)");
        }
        if (cause instanceof SocketTimeoutException) {
            return Optional.of(Worker.timedOut(location.timeout()));
        }
        if (cause instanceof SSLException) {
            return Optional.of(
                    "TLS failed: " + text(cause) + " (check that this host's Java trusts the server's certificate)");
        }
        if (cause instanceof ExceededException) {
            return Optional.of(cause.getMessage() + " (keep large files elsewhere)");
        }
        if (cause instanceof TooLargeObjectInPackException) {
            return Optional.of("a file of the repository is too large: " + text(cause) + " (keep it elsewhere)");
        }
        if (cause instanceof NoRemoteRepositoryException) {
            return Optional.of(
                    "the repository does not exist, or this host has no access (check the path and the permissions)");
        }
        return Optional.empty();
    }

    /** The libraries have no exception classes for these; their messages are all there is. */
    private Optional<String> rejectedByServer(List<Throwable> chain) {
        String all = String.join(" ", chain.stream().map(FailureMessage::text).toList())
                .toLowerCase(Locale.ROOT);
        String key = location.credentials().identity().map(Object::toString).orElse("");
        if (all.contains("not authorized")
                || all.contains("authentication is required")
                || all.contains("not permitted")) {
            return Optional.of(
                    "the server rejects the user and password, or requires one" + " (give a file with USER:PASSWORD)");
        }
        if (all.contains("no keys to try")) {
            return Optional.of("the key " + key + " cannot be used (it must have no passphrase; ssh-keygen -p -f FILE"
                    + " removes it)");
        }
        if (all.contains("no more authentication methods") || all.contains("cannot log in")) {
            return Optional.of(
                    "the server rejects the key " + key + " (add its public key to the server's authorized keys)");
        }
        return Optional.empty();
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return Printable.line(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** Whether the failure can come from a damaged cache. */
    static boolean canBeTheCache(Exception failure) {
        List<Throwable> chain = chain(failure);
        return chain.stream().noneMatch(TransportException.class::isInstance)
                || chain.stream()
                        .anyMatch(cause ->
                                cause instanceof MissingObjectException || cause instanceof CorruptObjectException);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
