package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files that a client names by their addresses: from the public network, and from private
 * addresses only where {@code tools.httpFetch.allow} names them. Safe from any context. Protocol 04
 * §21.
 */
public final class FetchService {
  private static final int LONGEST_URL = 4_096;

  /** Names that no registry has, and programs send. */
  private static final Map<String, String> REGISTERED =
      Map.of(
          "image/jpg", "image/jpeg",
          "image/pjpeg", "image/jpeg",
          "image/jfif", "image/jpeg",
          "image/x-png", "image/png",
          "application/x-pdf", "application/pdf",
          "text/x-markdown", "text/markdown",
          "text/json", "application/json",
          "application/csv", "text/csv");

  private final HttpFetch fetch;
  private final Supplier<? extends JsonNode> document;

  FetchService(HttpFetch fetch, Supplier<? extends JsonNode> document) {
    this.fetch = fetch;
    this.document = document;
  }

  /**
   * With the names of this host.
   *
   * @param egress the way out
   * @param document the gateway document in force
   */
  public static FetchService create(
      Vertx vertx, Egress egress, Supplier<? extends JsonNode> document) {
    return new FetchService(
        new HttpFetch(vertx, egress, new HttpClientOptions(), InetAddress::getAllByName), document);
  }

  /**
   * Bounds of what is fetched.
   *
   * @param what it is for people: {@code Image}, {@code File}
   * @param types media types in lower case
   * @param timeoutMs for all of it, redirects included
   */
  public record Limits(String what, Set<String> types, int maxBytes, int redirects, int timeoutMs) {
    public Limits {
      types = Set.copyOf(types);
    }
  }

  /**
   * A file.
   *
   * @param type its media type in lower case, without parameters
   */
  public record Fetched(String type, Buffer body) {}

  /**
   * Fetches one.
   *
   * @return fails with {@link IllegalArgumentException}, whose message is for the requester
   */
  public Future<Fetched> get(String url, Limits limits) {
    if (url.length() > LONGEST_URL) {
      return refused("url too long (max " + LONGEST_URL + " characters)");
    }
    URI uri;
    try {
      uri = URI.create(url.strip());
    } catch (IllegalArgumentException e) {
      return refused("url cannot be read");
    }
    return fetch
        .get(uri, new FileFetchPolicy(FetchRules.of(document.get()), limits))
        .compose(
            page ->
                page.cut()
                    ? refused(tooLarge(limits.what(), limits.maxBytes() + 1L, limits.maxBytes()))
                    : Future.succeededFuture(
                        new Fetched(mediaType(page.contentType()), page.body())));
  }

  private static Future<Fetched> refused(String why) {
    return Future.failedFuture(new IllegalArgumentException(why));
  }

  /**
   * A media type by its registered name: in lower case, without parameters, and what is often
   * written in its place put right; {@code unknown} without one.
   */
  public static String mediaType(@Nullable String header) {
    String type = (header == null ? "" : header).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.isEmpty() ? "unknown" : REGISTERED.getOrDefault(type, type);
  }

  /** What is said of a media type that is not taken. */
  public static String unsupported(String what, String type) {
    return "Unsupported " + what.toLowerCase(Locale.ROOT) + " MIME type: " + type;
  }

  /** What is said of a file that is too large. */
  public static String tooLarge(String what, long bytes, long most) {
    return what + " too large: " + bytes + " bytes (limit: " + most + " bytes)";
  }
}
