package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.bench.BenchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An earlier report beside a new one.
 *
 * @param earlier a report of the same workload
 */
record BenchComparison(JsonNode earlier) {
  /** What is compared, by where it stands in a report. */
  private static final Map<String, String> FIGURES = figures();

  private static Map<String, String> figures() {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("perSecond", "/perSecond");
    figures.put("p50Ms", "/latencyMs/p50");
    figures.put("p95Ms", "/latencyMs/p95");
    figures.put("p99Ms", "/latencyMs/p99");
    figures.put("maxMs", "/latencyMs/max");
    figures.put("failures", "/failures");
    figures.put("cpuUsPerOperation", "/server/cpuUsPerOperation");
    figures.put("memoryPeakBytes", "/server/memoryPeakBytes");
    figures.put("cpuUsPerDelivery", "/details/cpuUsPerDelivery");
    figures.put("kilobytesPerConnection", "/details/kilobytesPerConnection");
    figures.put("growthBytes", "/details/growthBytes");
    return figures;
  }

  /**
   * Reads an earlier report.
   *
   * @param file null for none
   * @throws CliException when it is none, or one of another workload
   */
  static @Nullable BenchComparison read(@Nullable Path file, BenchPlan.Workload workload) {
    if (file == null) {
      return null;
    }
    String wanted = workload.name().toLowerCase(Locale.ROOT).replace('_', '-');
    JsonNode report;
    try {
      report = Json.parse(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw CliException.usage("--compare " + file + " is not a report", "Made with --json.");
    } catch (IOException e) {
      throw CliException.usage("--compare " + file + " cannot be read", null);
    }
    String found = report.path("workload").asText("");
    if (found.isEmpty() || report.path("version").asInt() != 1) {
      throw CliException.usage("--compare " + file + " is not a report", "Made with --json.");
    }
    if (!found.equals(wanted)) {
      throw CliException.usage(
          "--compare " + file + " is a report of " + Text.safe(found) + ", not of " + wanted, null);
    }
    return new BenchComparison(report);
  }

  /** Each figure that both have, before and after. */
  ObjectNode with(JsonNode report) {
    ObjectNode comparison = Json.object();
    FIGURES.forEach(
        (name, at) -> {
          JsonNode before = earlier.at(at);
          JsonNode after = report.at(at);
          if (before.isNumber() && after.isNumber()) {
            ObjectNode figure =
                comparison
                    .putObject(name)
                    .put("before", before.asDouble())
                    .put("after", after.asDouble());
            if (before.asDouble() > 0) {
              figure.put("ratio", Math.round(1_000 * after.asDouble() / before.asDouble()) / 1e3);
            }
          }
        });
    return comparison;
  }
}
