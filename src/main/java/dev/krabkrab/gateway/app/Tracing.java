package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.TraceSettings;
import dev.krabkrab.gateway.platform.telemetry.Traces;

/** Chooses where an instance sends its traces. */
final class Tracing {
  private Tracing() {}

  static Traces of(InstanceSettings settings, String version) {
    TraceSettings traces = settings.traces();
    return traces == null
        ? Traces.OFF
        : Traces.export(
            traces.endpoint(),
            traces.sampleRatio(),
            settings.instanceId(),
            version,
            settings.egress());
  }
}
