package dev.krabkrab.gateway.control.browser;

import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import java.util.Map;

/** {@code browser.request}. Protocol 03 §27. */
public final class BrowserMethods {
  private final BrowserService browsers;

  public BrowserMethods(BrowserService browsers) {
    this.browsers = browsers;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "browser.request", call -> browsers.request(call, BrowserRequest.of(call.params())));
  }
}
