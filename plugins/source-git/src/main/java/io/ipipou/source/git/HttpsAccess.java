package io.ipipou.source.git;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.Location;
import io.ipipou.spi.source.SourceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;

/** A user and a password or token, from the URL or from a file with one line {@code USER:PASSWORD}. */
record HttpsAccess(Optional<CredentialsProvider> provider, Duration timeout) implements Access {

    static HttpsAccess of(RepositoryUrl url, Location location) throws SourceException {
        return new HttpsAccess(provider(url, location.credentials().identity()), location.timeout());
    }

    private static Optional<CredentialsProvider> provider(RepositoryUrl url, Optional<Path> identity)
            throws SourceException {
        URIish uri = url.uri();
        if (uri.getUser() != null) {
            String password = uri.getPass() == null ? "" : uri.getPass();
            return Optional.of(new ForOneHost(uri.getHost(), uri.getUser(), password));
        }
        if (identity.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = line(identity.orElseThrow()).split(":", 2);
        return Optional.of(new ForOneHost(uri.getHost(), parts[0], parts[1]));
    }

    private static String line(Path file) throws SourceException {
        String line;
        try {
            line = Files.readString(file).strip();
        } catch (IOException e) {
            throw new SourceException(file + ": cannot read the user and password: " + Printable.line(e.toString()), e);
        }
        if (line.indexOf(':') < 1 || line.indexOf('\n') >= 0) {
            throw new SourceException(file + ": must hold one line, USER:PASSWORD, for https");
        }
        return line;
    }

    @Override
    public void configure(Transport transport) {
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new WithDeadline(timeout));
        }
        transport.setCredentialsProvider(provider.orElse(null));
    }

    /** Not used for another host, to which a server could redirect. */
    private static final class ForOneHost extends UsernamePasswordCredentialsProvider {

        private final String host;

        ForOneHost(String host, String user, String password) {
            super(user, password);
            this.host = host;
        }

        @Override
        public boolean get(URIish uri, CredentialItem... items) {
            return host.equals(uri.getHost()) && super.get(uri, items);
        }
    }

    private record WithDeadline(Duration timeout) implements HttpConnectionFactory {

        @Override
        public HttpConnection create(URL url) throws IOException {
            return new Connection(url, timeout);
        }

        @Override
        public HttpConnection create(URL url, Proxy proxy) throws IOException {
            return new Connection(url, proxy, timeout);
        }
    }

    private static final class Connection extends JDKHttpConnection {

        private final Duration timeout;

        Connection(URL url, Duration timeout) throws IOException {
            super(url);
            this.timeout = timeout;
        }

        Connection(URL url, Proxy proxy, Duration timeout) throws IOException {
            super(url, proxy);
            this.timeout = timeout;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new DeadlineInput(super.getInputStream(), timeout);
        }
    }
}
