package io.ipipou.source.git;

import io.ipipou.source.git.LimitedInput.ExceededException;
import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Location;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TransportException;

/** Says in one line what went wrong, and what to do. */
record FailureMessage(RepositoryUrl address, Location location, Access access) {

    String about(Exception problem) {
        List<Throwable> chain = chain(problem);
        return access.refusal()
                .or(() -> chain.stream().flatMap(this::unreachable).findFirst())
                .or(() -> chain.stream().flatMap(FailureMessage::refused).findFirst())
                .or(() -> unwelcome(chain))
                .orElseGet(() -> text(chain.get(chain.size() - 1)));
    }

    private Stream<String> unreachable(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return Stream.of(
                    "no address is known for host " + address.uri().getHost() + " (look at the name, and at DNS)");
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return Stream.of("cannot connect: " + text(cause)
                    + " (look whether the server runs, and at address, port and firewall)");
        }
        if (cause instanceof SocketTimeoutException) {
            return Stream.of(Worker.noAnswer(location.patience()));
        }
        if (cause instanceof SSLException) {
            return Stream.of(
                    "TLS failed: " + text(cause) + " (look whether this host's Java trusts the server's certificate)");
        }
        return Stream.empty();
    }

    private static Stream<String> refused(Throwable cause) {
        if (cause instanceof ExceededException) {
            return Stream.of(cause.getMessage() + " (keep large files elsewhere)");
        }
        if (cause instanceof TooLargeObjectInPackException) {
            return Stream.of("a file of the repository is too large: " + text(cause) + " (keep it elsewhere)");
        }
        if (cause instanceof NoRemoteRepositoryException) {
            return Stream.of("there is no such repository, or it is not shown to this host (look at the path, and at"
                    + " who may read it)");
        }
        return Stream.empty();
    }

    /** The libraries say so in words alone. */
    private Optional<String> unwelcome(List<Throwable> chain) {
        String all = String.join(" ", chain.stream().map(FailureMessage::text).toList())
                .toLowerCase(Locale.ROOT);
        String key = location.credentials().identity().map(Object::toString).orElse("");
        if (all.contains("not authorized")
                || all.contains("authentication is required")
                || all.contains("not permitted")) {
            return Optional.of("the server does not accept the user and password, or wants one (give a file with"
                    + " USER:PASSWORD)");
        }
        if (all.contains("no keys to try")) {
            return Optional.of("the key " + key + " cannot be used (it may have no passphrase; ssh-keygen -p -f FILE"
                    + " takes it away)");
        }
        if (all.contains("no more authentication methods") || all.contains("cannot log in")) {
            return Optional.of("the server does not accept the key " + key
                    + " (add its public half to the server's authorized keys)");
        }
        return Optional.empty();
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return Printable.line(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** Whether a new cache could help. */
    static boolean mayBeTheCache(Exception problem) {
        List<Throwable> chain = chain(problem);
        return chain.stream().noneMatch(TransportException.class::isInstance)
                || chain.stream()
                        .anyMatch(cause ->
                                cause instanceof MissingObjectException || cause instanceof CorruptObjectException);
    }

    private static List<Throwable> chain(Throwable problem) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = problem; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
