package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.net.HttpProxy;
import dev.krabkrab.gateway.platform.net.ProxyFailure;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.langchain4j.http.client.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to providers on the thread that asks, so that whoever interrupts that thread
 * ends the request: also one that is not answered yet.
 */
final class ProviderHttp {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Until an answer begins; then it may take as long as its run. */
  private static final Duration FIRST_BYTE = Duration.ofSeconds(120);

  private static final int MOST_ERROR_BYTES = 65_536;
  private static final int MOST_AFTERWARDS = 65_536;

  private final HttpClient http;
  private final Egress egress;
  private final InstantSource clock;

  /**
   * @param blocking runs what the connections have to do
   */
  ProviderHttp(Executor blocking, Egress egress, InstantSource clock) {
    this.clock = clock;
    this.egress = egress;
    this.http =
        egress
            .jdkClient()
            .executor(blocking)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
  }

  /** Asks, and tells the stream how it goes; returns when nothing more comes. */
  void ask(HttpRequest request, ProviderStream stream, AnswerReader reader) {
    URI target = URI.create(request.url());
    HttpProxy proxy = egress.to(target);
    try {
      HttpResponse<InputStream> response =
          http.send(wire(request, target, proxy), HttpResponse.BodyHandlers.ofInputStream());
      stream.heard();
      try (InputStream body = response.body()) {
        int status = response.statusCode();
        if (status < 200 || status > 299) {
          stream.fail(
              proxy != null && ProxyFailure.wantsUser(status)
                  ? new ModelFailure(provider(target) + unreached(proxy, status), false)
                  : refusal(status, response.headers(), body));
        } else {
          read(response.headers(), body, stream, new AnswerStream(reader, stream::isWhole));
        }
      }
    } catch (ModelFailure failure) {
      stream.fail(failure);
    } catch (IOException e) {
      stream.fail(new ModelFailure(connecting(e, target, proxy), true));
    } catch (InterruptedException e) {
      // Nobody wants it any more.
      Thread.currentThread().interrupt();
    }
  }

  private static void read(
      HttpHeaders headers, InputStream body, ProviderStream stream, AnswerStream answer)
      throws IOException {
    ServerEvents events = new ServerEvents(answer);
    boolean broken = false;
    InputStream plain = body;
    try {
      plain = decoded(headers, body);
      events.read(plain, stream::heard);
    } catch (IOException e) {
      broken = true;
    }
    if (broken && answer.state() == AnswerReader.State.OPEN) {
      throw new ModelFailure("the answer broke off: the connection to the provider is lost", true);
    }
    stream.complete(answer.answer(events.stray()));
    if (!broken) {
      drain(plain);
    }
  }

  /** A connection whose answer is read to its end is used again. */
  private static void drain(InputStream body) {
    try {
      body.readNBytes(MOST_AFTERWARDS);
    } catch (IOException e) {
      // The answer is known already.
    }
  }

  /** No encoding was requested, and some use one. */
  private static InputStream decoded(HttpHeaders headers, InputStream body) throws IOException {
    String encoding =
        headers.firstValue("content-encoding").orElse("identity").strip().toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "gzip", "x-gzip" -> new GZIPInputStream(body);
      case "deflate" -> new InflaterInputStream(body);
      case "identity", "" -> body;
      default ->
          throw new ModelFailure(
              "the provider sends the content encoding "
                  + ProviderErrorText.safe(encoding)
                  + ", which nobody asked for",
              false);
    };
  }

  private ModelFailure refusal(int status, HttpHeaders headers, InputStream body)
      throws IOException {
    String text =
        new String(decoded(headers, body).readNBytes(MOST_ERROR_BYTES), StandardCharsets.UTF_8);
    JsonNode json = Json.tryParse(text.replace("\uFEFF", "").strip());
    ProviderError error = json == null ? null : ProviderError.inOther(json);
    long wait = RetryAfter.ms(name -> headers.firstValue(name).orElse(null), clock.instant());
    return (error == null ? ProviderError.of(text) : error).failure(status, wait);
  }

  /** What went wrong with a connection, in words that name the provider and no class of Java. */
  private static String connecting(IOException e, URI target, @Nullable HttpProxy proxy) {
    String provider = provider(target);
    String way = proxy == null ? "" : ProxyFailure.words(proxy, e);
    return switch (e) {
      case HttpConnectTimeoutException late ->
          provider
              + " cannot be reached"
              + way
              + ": no connection within "
              + CONNECT.toSeconds()
              + " s";
      case HttpTimeoutException late ->
          provider + " did not begin to answer" + way + " within " + FIRST_BYTE.toSeconds() + " s";
      case ConnectException refused -> provider + " cannot be reached" + way;
      case SSLException untrusted -> "no TLS with " + provider + way + reason(untrusted);
      default -> "the connection to " + provider + way + " broke off before it answered";
    };
  }

  private static String provider(URI target) {
    return "the provider at " + ProviderErrorText.safe(String.valueOf(target.getAuthority()));
  }

  private static String unreached(HttpProxy proxy, int status) {
    return " cannot be reached" + ProxyFailure.words(proxy, status);
  }

  private static String reason(IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.contains("Exception")
        ? ""
        : ": " + ProviderErrorText.safe(message);
  }

  private static java.net.http.HttpRequest wire(
      HttpRequest request, URI target, @Nullable HttpProxy proxy) {
    var wire = java.net.http.HttpRequest.newBuilder(target).timeout(FIRST_BYTE);
    if (proxy != null && proxy.authorization() != null) {
      wire.header("Proxy-Authorization", proxy.authorization());
    }
    request.headers().forEach((name, values) -> values.forEach(value -> wire.header(name, value)));
    String body = request.body();
    return wire.method(
            request.method().name(),
            body == null
                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                : java.net.http.HttpRequest.BodyPublishers.ofString(body))
        .build();
  }
}
