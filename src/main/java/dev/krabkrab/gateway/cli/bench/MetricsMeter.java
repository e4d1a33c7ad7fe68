package dev.krabkrab.gateway.cli.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gateways elsewhere, from what they count themselves. */
public final class MetricsMeter implements ServerMeter {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-z_]+)(?:\\{[^\\n]*})? ([-+.0-9eE]+)");
  private static final String CPU = "process_cpu_seconds_total";
  private static final String RESIDENT = "process_resident_memory_bytes";

  /** What a Java process tells instead. */
  private static final List<String> PARTS =
      List.of("jvm_memory_committed_bytes", "jvm_buffer_memory_used_bytes");

  private final List<URI> addresses;

  /** Addresses of {@code /metrics}, one for each process. */
  public MetricsMeter(List<URI> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  @Override
  public Usage read() {
    Usage sum = new Usage(0, 0);
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      for (URI address : addresses) {
        Usage one = usage(text(http, address), address);
        sum = new Usage(sum.cpuNanos() + one.cpuNanos(), sum.memoryBytes() + one.memoryBytes());
      }
    }
    return sum;
  }

  private static String text(HttpClient http, URI address) {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw unreadable(address, "it answers " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw unreadable(address, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreadable(address, "interrupted");
    }
  }

  /** Reads the text format of Prometheus. */
  static Usage usage(String text, URI address) {
    double cpu = -1;
    double resident = 0;
    double parts = 0;
    Matcher sample = SAMPLE.matcher(text);
    while (sample.find()) {
      double value = Double.parseDouble(sample.group(2));
      if (sample.group(1).equals(CPU)) {
        cpu = value;
      } else if (sample.group(1).equals(RESIDENT)) {
        resident = value;
      } else if (PARTS.contains(sample.group(1))) {
        parts += value;
      }
    }
    if (cpu < 0) {
      throw unreadable(address, "it has no " + CPU);
    }
    return new Usage((long) (cpu * 1e9), (long) (resident > 0 ? resident : parts));
  }

  private static BenchException unreadable(URI address, String why) {
    return new BenchException(BenchException.Kind.LOCAL, "--metrics " + address + ": " + why);
  }

  @Override
  public boolean isFree() {
    return false;
  }

  @Override
  public String memory() {
    return "committed";
  }
}
