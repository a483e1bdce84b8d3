package io.ipipou.agent.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An answer of HTTP/1.1, after which the connection ends. */
final class HttpAnswer {

    private final String status;
    private final String contentType;
    private final byte[] body;

    /**
     * Takes over the body.
     *
     * @param status as {@code 200 OK}
     */
    HttpAnswer(String status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    byte[] body() {
        return body;
    }

    static HttpAnswer text(String status, String line) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** @param withBody a HEAD request is answered without */
    ByteBuffer encode(boolean withBody) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + contentType + "\r\nContent-Length: " + body.length
                + (status.startsWith("405") ? "\r\nAllow: GET, HEAD" : "")
                + "\r\nConnection: close\r\n\r\n";
        byte[] first = head.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer whole = ByteBuffer.allocate(first.length + body.length).put(first);
        return (withBody ? whole.put(body) : whole).flip();
    }
}
