package dev.krabkrab.gateway.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;

/** The place of a training run: the address of its gateway and the clients' shared engine. */
final class AotTrainingStage implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final String token;

  AotTrainingStage(int port, String token) {
    this.uri = URI.create("ws://127.0.0.1:" + port);
    this.token = token;
  }

  AotTrainingClient operator(int protocol) {
    return operator(protocol, DeviceIdentity.fresh());
  }

  AotTrainingClient operator(int protocol, DeviceIdentity device) {
    return AotTrainingClient.connect(
        http,
        uri,
        device,
        new AotTrainingClient.Part(protocol, "operator", List.of("operator.admin"), token));
  }

  AotTrainingClient node() {
    return AotTrainingClient.connect(
        http, uri, DeviceIdentity.fresh(), new AotTrainingClient.Part(3, "node", List.of(), token));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
