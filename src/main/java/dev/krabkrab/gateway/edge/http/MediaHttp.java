package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.agent.media.MediaFile;
import dev.krabkrab.gateway.agent.media.MediaService;
import io.vertx.ext.web.RoutingContext;

/** Serves kept files to whoever knows their names. */
public final class MediaHttp {
  private final MediaService media;

  public MediaHttp(MediaService media) {
    this.media = media;
  }

  void mount(Routes routes) {
    routes.serve(Endpoint.MEDIA, this::send);
  }

  private void send(RoutingContext context) {
    media
        .find(String.valueOf(context.request().path()))
        .onSuccess(
            found -> found.ifPresentOrElse(file -> send(context, file), () -> context.fail(404)))
        .onFailure(e -> context.fail(HttpFailure.text(503, "Service Unavailable")));
  }

  private static void send(RoutingContext context, MediaFile file) {
    context.response().putHeader("content-type", file.type()).end(file.content());
  }
}
