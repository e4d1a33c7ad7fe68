package dev.krabkrab.gateway.models;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Carries requests to providers on the thread that asks, so that whoever interrupts that thread
 * ends the request: also one that is not answered yet.
 */
final class ProviderHttp implements HttpClient {
  private static final int MOST_ERROR_BYTES = 65_536;

  private final java.net.http.HttpClient http;
  private final Duration firstByte;
  private final UnaryOperator<ServerSentEventListener> between;

  private ProviderHttp(
      java.net.http.HttpClient http,
      Duration firstByte,
      UnaryOperator<ServerSentEventListener> between) {
    this.http = http;
    this.firstByte = firstByte;
    this.between = between;
  }

  /**
   * One with connections of its own.
   *
   * @param blocking runs what the connections have to do
   * @param firstByte longest wait for an answer to begin
   * @param between gets what comes first, for each request a new one
   */
  static HttpClientBuilder with(
      Executor blocking,
      Duration connect,
      Duration firstByte,
      UnaryOperator<ServerSentEventListener> between) {
    return new Builder(blocking, connect, firstByte, between);
  }

  private record Builder(
      Executor blocking,
      Duration connectTimeout,
      Duration readTimeout,
      UnaryOperator<ServerSentEventListener> between)
      implements HttpClientBuilder {
    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
      return new Builder(blocking, timeout, readTimeout, between);
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
      return new Builder(blocking, connectTimeout, timeout, between);
    }

    @Override
    public HttpClient build() {
      return new ProviderHttp(
          java.net.http.HttpClient.newBuilder()
              .executor(blocking)
              .version(java.net.http.HttpClient.Version.HTTP_1_1)
              .connectTimeout(connectTimeout)
              .build(),
          readTimeout,
          between);
    }
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("providers are asked for streams only");
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    try {
      HttpResponse<InputStream> response =
          http.send(wire(request), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        read(response, body, parser, between.apply(listener));
      }
    } catch (HttpTimeoutException e) {
      listener.onError(new TimeoutException(e));
    } catch (IOException | RuntimeException e) {
      listener.onError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      listener.onError(e);
    }
  }

  private static void read(
      HttpResponse<InputStream> response,
      InputStream body,
      ServerSentEventParser parser,
      ServerSentEventListener listener)
      throws IOException {
    int status = response.statusCode();
    if (status < 200 || status > 299) {
      byte[] error = body.readNBytes(MOST_ERROR_BYTES);
      listener.onError(new HttpException(status, new String(error, StandardCharsets.UTF_8)));
      return;
    }
    listener.onOpen(
        SuccessfulHttpResponse.builder()
            .statusCode(status)
            .headers(response.headers().map())
            .build());
    parser.parse(body, listener);
    listener.onClose();
  }

  private java.net.http.HttpRequest wire(HttpRequest request) {
    var wire = java.net.http.HttpRequest.newBuilder(URI.create(request.url())).timeout(firstByte);
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
