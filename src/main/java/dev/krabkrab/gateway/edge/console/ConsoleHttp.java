package dev.krabkrab.gateway.edge.console;

import dev.krabkrab.gateway.access.auth.settings.ControlUiSettings;
import dev.krabkrab.gateway.edge.http.Gzip;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the operator console from memory: {@code /} leads to {@code /console/}, which is the
 * document; {@code /approve/<id>} is the same document; its files are below {@code /console/a/};
 * {@code /console/config.json} is what it has to know before it can connect. Requests for anything
 * else, and all while it is switched off, go on. Safe from any thread.
 */
public final class ConsoleHttp implements Handler<RoutingContext> {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self' ws: wss:; font-src 'self'; form-action 'none'; base-uri 'none';"
          + " frame-ancestors 'none'; require-trusted-types-for 'script'";

  private static final Pattern APPROVAL = Pattern.compile("/approve/[^/]{1,300}");
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final AssetTable table;
  private final Supplier<ControlUiSettings> settings;
  private final Supplier<String> authMode;
  private volatile @Nullable Page page;

  /**
   * The document for one place.
   *
   * @param home where it is
   */
  private record Page(String home, Asset document) {}

  /**
   * @param settings as they are now
   * @param authMode {@code gateway.auth.mode} as it is now
   */
  public ConsoleHttp(
      AssetTable table, Supplier<ControlUiSettings> settings, Supplier<String> authMode) {
    this.table = table;
    this.settings = settings;
    this.authMode = authMode;
  }

  @Override
  public void handle(RoutingContext context) {
    ControlUiSettings now = settings.get();
    String path = String.valueOf(context.request().path());
    // What is no path, like *, leads nowhere.
    boolean isPath = context.request().uri().startsWith("/");
    if (!now.enabled() || !isPath || !path.startsWith(now.basePath() + "/")) {
      context.next();
      return;
    }
    serve(context, now, path.substring(now.basePath().length()));
  }

  private void serve(RoutingContext context, ControlUiSettings now, String path) {
    if (path.equals("/") || path.equals("/console")) {
      answer(context, () -> leadTo(context, now.home()));
    } else if (path.equals("/console/") || APPROVAL.matcher(path).matches()) {
      answer(context, () -> sendDocument(context, now.home()));
    } else if (path.equals("/console/config.json")) {
      answer(context, () -> sendFacts(context));
    } else if (path.startsWith("/console/" + AssetTable.FOLDER)) {
      Asset asset = table.find(path.substring(("/console/" + AssetTable.FOLDER).length()));
      if (asset == null) {
        context.next();
      } else {
        answer(context, () -> send(context, asset, FOR_EVER));
      }
    } else {
      context.next();
    }
  }

  private static void answer(RoutingContext context, Runnable answer) {
    HttpMethod method = context.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      answer.run();
    } else {
      context
          .response()
          .setStatusCode(405)
          .putHeader("allow", "GET, HEAD")
          .putHeader("content-type", "text/plain; charset=utf-8")
          .end("Method Not Allowed");
    }
  }

  private static void leadTo(RoutingContext context, String home) {
    context.response().setStatusCode(302).putHeader("location", home).end();
  }

  private void sendDocument(RoutingContext context, String home) {
    Page ready = page;
    if (ready == null || !ready.home().equals(home)) {
      ready = new Page(home, table.document(home));
      page = ready;
    }
    context.response().putHeader("content-security-policy", POLICY);
    send(context, ready.document(), "no-cache");
  }

  private void sendFacts(RoutingContext context) {
    String facts =
        Json.text(
            Json.object()
                .put("auth", authMode.get())
                .put("minProtocol", ProtocolVersion.V3.number())
                .put("maxProtocol", ProtocolVersion.V4.number()));
    send(context, Asset.of("config.json", facts), "no-store");
  }

  private static void send(RoutingContext context, Asset asset, String keep) {
    HttpServerRequest request = context.request();
    HttpServerResponse response =
        context
            .response()
            .putHeader("cache-control", keep)
            .putHeader("vary", "accept-encoding")
            .putHeader("cross-origin-opener-policy", "same-origin")
            .putHeader("cross-origin-resource-policy", "same-origin");
    Buffer packed = Gzip.accepted(request.getHeader("accept-encoding")) ? asset.packed() : null;
    String tag = asset.tag() + (packed == null ? "" : "-gz");
    response.putHeader("etag", '"' + tag + '"');
    if (isKept(request.getHeader("if-none-match"), asset.tag())) {
      response.setStatusCode(304).end();
      return;
    }
    if (packed != null) {
      response.putHeader("content-encoding", Gzip.NAME);
    }
    Buffer body = packed == null ? asset.plain() : packed;
    response
        .putHeader("content-type", asset.type())
        .putHeader("content-length", Integer.toString(body.length()));
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(body);
    }
  }

  /** RFC 9110 §13.1.2; a proxy may have made a tag weak. */
  private static boolean isKept(@Nullable String header, String tag) {
    return header != null
        && Arrays.stream(header.split(","))
            .map(one -> one.strip().replaceFirst("^W/", "").replaceAll("^\"|(-gz)?\"$", ""))
            .anyMatch(one -> one.equals(tag) || one.equals("*"));
  }
}
