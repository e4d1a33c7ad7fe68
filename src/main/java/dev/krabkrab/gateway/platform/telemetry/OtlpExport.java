package dev.krabkrab.gateway.platform.telemetry;

import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.net.HttpProxy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The exporting half: a bounded queue, and one thread that sends batches. */
final class OtlpExport {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration BATCH_EVERY = Duration.ofSeconds(1);
  private static final String PATH = "/v1/traces";

  private final SdkTracerProvider provider;

  OtlpExport(String endpoint, double sampleRatio, String instance, String version, Egress egress) {
    SdkLog.follow();
    String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(base + PATH)
            .setTimeout(TIMEOUT)
            .setProxy(ProxyOptions.create(egress.selector()));
    HttpProxy proxy = egress.to(URI.create(base + PATH));
    if (proxy != null && proxy.authorization() != null) {
      exporter.addHeader("Proxy-Authorization", proxy.authorization());
    }
    Attributes self =
        Attributes.of(
            AttributeKey.stringKey("service.name"), "krabkrab-gateway",
            AttributeKey.stringKey("service.version"), version,
            AttributeKey.stringKey("service.instance.id"), instance);
    this.provider =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(self)))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter.build())
                    .setScheduleDelay(BATCH_EVERY)
                    .setExporterTimeout(TIMEOUT)
                    .build())
            .build();
  }

  Tracer tracer() {
    return provider.get("dev.krabkrab.gateway");
  }

  void close(long atMost, TimeUnit unit) {
    provider.shutdown().join(atMost, unit);
  }
}
