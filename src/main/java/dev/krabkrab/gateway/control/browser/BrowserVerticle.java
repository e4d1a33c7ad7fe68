package dev.krabkrab.gateway.control.browser;

import dev.krabkrab.gateway.control.nodes.NodeAskService;
import dev.krabkrab.gateway.platform.Platform;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves {@code browser.request}. Protocol 03 §27. */
public final class BrowserVerticle extends VerticleBase {
  private final Platform platform;
  private final NodeAskService nodes;
  private final BrowserFiles files;

  /**
   * @param files keeps what browsers send along
   */
  public BrowserVerticle(Platform platform, NodeAskService nodes, BrowserFiles files) {
    this.platform = platform;
    this.nodes = nodes;
    this.files = files;
  }

  @Override
  public Future<?> start() {
    BrowserService browsers =
        new BrowserService(nodes, files, platform.section(BrowserSettings::of), platform.ids());
    platform.bus().serve(new BrowserMethods(browsers).handlers());
    return Future.succeededFuture();
  }
}
