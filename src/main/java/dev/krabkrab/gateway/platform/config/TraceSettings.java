package dev.krabkrab.gateway.platform.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where traces go.
 *
 * @param endpoint {@code telemetry.otlp.endpoint}: base address of a collector that speaks OTLP
 *     over HTTP, without {@code /v1/traces}
 * @param sampleRatio {@code telemetry.traces.sampleRatio}: share of traces that are exported, 0 to
 *     1; default 1
 */
public record TraceSettings(String endpoint, double sampleRatio) {

  /** Reads it; null when no endpoint is given, so that nothing is traced unless it is asked for. */
  static @Nullable TraceSettings load(Sources sources) {
    Setting endpoint =
        sources.find(
            "telemetry.otlp.endpoint",
            null,
            "KRABKRAB_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_ENDPOINT");
    Setting ratio =
        sources.find("telemetry.traces.sampleRatio", null, "KRABKRAB_TRACES_SAMPLE_RATIO");
    double share = ratio.share(1);
    String address = endpoint.text();
    if (address == null) {
      return null;
    }
    if (!isHttp(address)) {
      throw endpoint.refused("an http or https address without user, query or fragment");
    }
    return new TraceSettings(address, share);
  }

  private static boolean isHttp(String address) {
    try {
      URI uri = new URI(address);
      boolean scheme = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return scheme
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
