package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a management port on loopback, as an orchestrator does. */
public final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int port;

  public Probe(int port) {
    this.port = port;
  }

  /** A request without a body. */
  public HttpResponse<String> send(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path + " is not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  /** Status and word of a probe, like {@code 503 starting}; null while nobody listens. */
  public @Nullable String word(String path) {
    try {
      HttpResponse<String> response = get(path);
      return response.statusCode() + " " + json(response).path("status").asText();
    } catch (IllegalStateException e) {
      return null;
    }
  }

  public static JsonNode json(HttpResponse<String> response) {
    JsonNode json = Json.tryParse(response.body());
    if (json == null) {
      throw new AssertionError("no JSON: " + response.body());
    }
    return json;
  }
}
