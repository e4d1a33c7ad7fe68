package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.edge.health.GaugeCollector;
import dev.krabkrab.gateway.edge.health.LimitUsage;
import dev.krabkrab.gateway.edge.http.HealthInputs;
import dev.krabkrab.gateway.platform.transport.Drain;

/** Where the gauges of an instance take their values from. */
final class Gauges {
  private Gauges() {}

  static GaugeCollector of(
      Core core, WorkerVerticles opened, Listeners listening, HealthInputs inputs, Drain prepared) {
    LimitUsage limits =
        new LimitUsage(
            core.connections(),
            opened.approvals().service(),
            opened.nodes().service(),
            listening.handshakes().usage(),
            listening.plain());
    return new GaugeCollector(
        new GaugeCollector.Sources(
            core.platform(),
            opened.approvals().service(),
            opened.presence().service(),
            opened.channels().channels(),
            listening::certificateEnds,
            inputs),
        limits,
        prepared);
  }
}
