package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.media.MediaFile;
import dev.krabkrab.gateway.media.MediaService;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** Serves kept files to whoever knows their names; hands on every other request. */
public final class MediaHttp implements Handler<HttpServerRequest> {
  private final MediaService media;
  private final Handler<HttpServerRequest> others;

  public MediaHttp(MediaService media, Handler<HttpServerRequest> others) {
    this.media = media;
    this.others = others;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    if (!path.startsWith(MediaService.PATH) || request.method() != HttpMethod.GET) {
      others.handle(request);
      return;
    }
    media
        .find(path)
        .onSuccess(
            found -> found.ifPresentOrElse(file -> send(request, file), () -> refuse(request, 404)))
        .onFailure(e -> refuse(request, 503));
  }

  private static void send(HttpServerRequest request, MediaFile file) {
    SecureHeaders.of(request).putHeader("content-type", file.type()).end(file.content());
  }

  private static void refuse(HttpServerRequest request, int status) {
    SecureHeaders.of(request)
        .setStatusCode(status)
        .putHeader("content-type", "text/plain; charset=utf-8")
        .end(status == 404 ? "Not Found" : "Service Unavailable");
  }
}
