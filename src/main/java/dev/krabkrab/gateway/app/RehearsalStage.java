package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.DeviceIdentity;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;

/** Where a rehearsal takes place: the address of its gateway and the clients' shared engine. */
final class RehearsalStage implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final String token;

  RehearsalStage(int port, String token) {
    this.uri = URI.create("ws://127.0.0.1:" + port);
    this.token = token;
  }

  RehearsalClient operator(int protocol) {
    return operator(protocol, DeviceIdentity.fresh());
  }

  RehearsalClient operator(int protocol, DeviceIdentity device) {
    return RehearsalClient.connect(
        http,
        uri,
        device,
        new RehearsalClient.Part(protocol, "operator", List.of("operator.admin"), token));
  }

  RehearsalClient node() {
    return RehearsalClient.connect(
        http, uri, DeviceIdentity.fresh(), new RehearsalClient.Part(3, "node", List.of(), token));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
