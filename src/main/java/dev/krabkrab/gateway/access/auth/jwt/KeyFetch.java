package dev.krabkrab.gateway.access.auth.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.krabkrab.gateway.platform.net.BoundedHttp;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Reads key sets over HTTP: no redirects, bounded in size and time. */
final class KeyFetch {
  /** Longest time of one request, in milliseconds. */
  static final int TIMEOUT_MS = 5_000;

  private static final int OK = 200;
  private static final BoundedHttp.Bounds BOUNDS =
      new BoundedHttp.Bounds(TIMEOUT_MS, 1_048_576, head -> head.status() == OK);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Vertx vertx;
  private final KeySource source;
  private final Path files;
  private final BoundedHttp client;

  KeyFetch(Vertx vertx, KeySource source, Path files, Egress egress) {
    this.vertx = vertx;
    this.source = source;
    this.files = files;
    HttpClientOptions options = new HttpClientOptions();
    String ca = source.caFile();
    if (ca != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(files.resolve(ca).toString()));
    }
    this.client = new BoundedHttp(vertx, egress, options, new PoolOptions(), TIMEOUT_MS);
  }

  /** The key set; fails with a message for the log. */
  Future<JsonNode> read() {
    String known = source.jwksUri();
    Future<String> address = known == null ? discovered() : Future.succeededFuture(known);
    return address.compose(this::get);
  }

  void close() {
    client.close();
  }

  private Future<String> discovered() {
    return get(source.discoveryUri())
        .compose(
            document -> {
              String address = document.path("jwks_uri").asText("");
              if (!document.path("issuer").asText("").equals(source.issuer())) {
                return Future.failedFuture("its discovery document is of another issuer");
              }
              return KeySource.isSafe(address)
                  ? Future.succeededFuture(address)
                  : Future.failedFuture("its discovery document names no https address of keys");
            });
  }

  private Future<JsonNode> get(String address) {
    RequestOptions request =
        new RequestOptions().setMethod(HttpMethod.GET).putHeader("accept", "application/json");
    return authorized(request)
        .compose(ready -> client.ask(address, ready, Buffer.buffer(), BOUNDS))
        .compose(KeyFetch::body)
        .compose(KeyFetch::json);
  }

  private Future<RequestOptions> authorized(RequestOptions request) {
    String file = source.tokenFile();
    return file == null
        ? Future.succeededFuture(request)
        : vertx
            .fileSystem()
            .readFile(files.resolve(file).toString())
            .map(token -> request.putHeader("authorization", "Bearer " + token.toString().strip()));
  }

  private static Future<Buffer> body(BoundedHttp.Answer answer) {
    if (answer.status() != OK) {
      return Future.failedFuture("it answers with status " + answer.status());
    }
    return answer.cut()
        ? Future.failedFuture("its answer is longer than a mebibyte")
        : Future.succeededFuture(answer.body());
  }

  private static Future<JsonNode> json(Buffer body) {
    try {
      return Future.succeededFuture(JSON.readTree(body.getBytes()));
    } catch (JsonProcessingException e) {
      return Future.failedFuture("its answer is no JSON");
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }
}
