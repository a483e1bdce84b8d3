package io.ipipou.agent.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An HTTP/1.1 response, after which the connection is closed. */
final class HttpResponse {

    private final String status;
    private final String contentType;
    private final byte[] body;

    /**
     * Takes ownership of the body.
     *
     * @param status as {@code 200 OK}
     */
    HttpResponse(String status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    byte[] body() {
        return body;
    }

    static HttpResponse text(String status, String line) {
        return new HttpResponse(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** @param withBody false for the response to a HEAD request */
    ByteBuffer encode(boolean withBody) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
                + (status.startsWith("405") ? "\r\nAllow: GET, HEAD" : "")
                + "\r\nConnection: close\r\n\r\n";
        byte[] first = head.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer whole = ByteBuffer.allocate(first.length + body.length).put(first);
        return (withBody ? whole.put(body) : whole).flip();
    }
}
