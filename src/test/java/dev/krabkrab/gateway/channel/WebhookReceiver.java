package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Another system: takes signed posts over real HTTP, and signs its own. */
public final class WebhookReceiver implements AutoCloseable {
  public static final String SECRET = "secret-of-the-webhook-tests";
  public static final String HEADER = "x-krabkrab-signature";

  private final Vertx vertx = Vertx.vertx();
  private final List<ObjectNode> taken = new CopyOnWriteArrayList<>();
  private final List<String> forged = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private final AtomicInteger refused = new AtomicInteger();
  private HttpServer server;
  private final int port;

  public WebhookReceiver() {
    server = listen(0);
    port = server.actualPort();
  }

  private HttpServer listen(int on) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
        .listen(on, "127.0.0.1")
        .await();
  }

  public String url() {
    return "http://127.0.0.1:" + port + "/krab?from=gateway";
  }

  /** Nobody is there from now on. */
  public void down() {
    server.close().await();
  }

  /** Somebody is there again. */
  public void up() {
    server = listen(port);
  }

  /** What posts are answered from now on. */
  public void answers(int with) {
    status = with;
  }

  /** Posts that were answered with something else than 200. */
  public int refused() {
    return refused.get();
  }

  /** Messages for a chat, in the order in which they were taken. */
  public List<ObjectNode> messages(String chat) {
    return taken.stream().filter(one -> one.path("chat").asText().equals(chat)).toList();
  }

  /** Posts that were not signed as they should be. */
  public List<String> forged() {
    return forged;
  }

  private void answer(HttpServerRequest request, Buffer body) {
    String signature = String.valueOf(request.getHeader(HEADER));
    long at = Long.parseLong(signature.replaceFirst("^t=(\\d+),.*", "$1"));
    boolean fresh = Math.abs(Instant.now().getEpochSecond() - at) < 60;
    if (!fresh || !signature.equals(sign(SECRET, at, body.toString()))) {
      forged.add(signature);
      request.response().setStatusCode(401).end();
    } else if (status != 200) {
      refused.incrementAndGet();
      request.response().setStatusCode(status).end();
    } else {
      taken.add(Json.parseObject(body.toString()));
      request.response().end("{\"messageId\":\"w" + taken.size() + "\"}");
    }
  }

  /** Somebody writes to the account {@code default} of the gateway at a port, which takes it. */
  public static void says(int port, String person, String text) {
    String id = UUID.randomUUID().toString();
    String body = Json.text(Json.object().put("id", id).put("from", person).put("text", text));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/channels/webhook/default"))
            .header(HEADER, sign(SECRET, Instant.now().getEpochSecond(), body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IllegalStateException("the gateway answers " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The signature of a body. */
  public static String sign(String secret, long epochSeconds, String body) {
    return sign(secret, epochSeconds, "v1", body);
  }

  /** The signature of a body that holds for one account. */
  public static String signFor(String account, String secret, long epochSeconds, String body) {
    return sign(secret, epochSeconds, "v2", account + "." + body);
  }

  private static String sign(String secret, long epochSeconds, String version, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] sum = mac.doFinal((epochSeconds + "." + body).getBytes(StandardCharsets.UTF_8));
      return "t=" + epochSeconds + "," + version + "=" + HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
