package dev.krabkrab.gateway.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;

/** A collector that takes OTLP over HTTP on loopback, and keeps the spans. */
final class OtlpCollector implements AutoCloseable {
  /**
   * A span that came.
   *
   * @param instance who sent it
   * @param links trace ids of its links
   */
  record Arrived(
      String instance, String trace, String id, String parent, Span span, List<String> links) {
    String name() {
      return span.getName();
    }

    String attribute(String key) {
      return span.getAttributesList().stream()
          .filter(attribute -> attribute.getKey().equals(key))
          .map(attribute -> attribute.getValue().getStringValue())
          .findFirst()
          .orElse("");
    }
  }

  private final HttpServer server;
  private final List<Arrived> spans = new CopyOnWriteArrayList<>();

  private OtlpCollector(HttpServer server) {
    this.server = server;
  }

  static OtlpCollector start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    OtlpCollector collector = new OtlpCollector(server);
    server.createContext("/v1/traces", collector::take);
    server.start();
    return collector;
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Arrived> spans() {
    return List.copyOf(spans);
  }

  /** The first span like that, waiting for it. */
  Arrived span(String name, Predicate<Arrived> wanted) {
    Predicate<Arrived> both = wanted.and(span -> span.name().equals(name));
    return Awaitility.await(name)
        .until(() -> spans.stream().filter(both).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      InputStream body = exchange.getRequestBody();
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      keep(ExportTraceServiceRequest.parseFrom(zipped ? new GZIPInputStream(body) : body));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void keep(ExportTraceServiceRequest request) {
    request
        .getResourceSpansList()
        .forEach(
            resource -> {
              String instance =
                  resource.getResource().getAttributesList().stream()
                      .filter(attribute -> attribute.getKey().equals("service.instance.id"))
                      .map(attribute -> attribute.getValue().getStringValue())
                      .findFirst()
                      .orElse("");
              resource
                  .getScopeSpansList()
                  .forEach(scope -> scope.getSpansList().forEach(span -> keep(instance, span)));
            });
  }

  private void keep(String instance, Span span) {
    spans.add(
        new Arrived(
            instance,
            hex(span.getTraceId().toByteArray()),
            hex(span.getSpanId().toByteArray()),
            hex(span.getParentSpanId().toByteArray()),
            span,
            span.getLinksList().stream()
                .map(link -> hex(link.getTraceId().toByteArray()))
                .toList()));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
