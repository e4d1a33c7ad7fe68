package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A report of {@code krabkrab bench} as tables of at most 80 columns. */
final class BenchReport {
  /** A thread that is busier has no time left. */
  private static final double BUSY = 0.9;

  private final CliContext context;
  private final JsonNode report;

  BenchReport(CliContext context, JsonNode report) {
    this.context = context;
    this.report = report;
  }

  void print() {
    Table table = new Table("WHAT", "COUNT", "PER SECOND", "P50 MS", "P95 MS", "P99 MS", "MAX MS");
    row(table, report.path("workload").asText(), report.path("latencyMs"));
    report.path("parts").properties().forEach(part -> row(table, part.getKey(), part.getValue()));
    table.print(context);
    context.out().println();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("errors", errors());
    server(fields);
    generator(fields);
    report.path("details").properties().forEach(detail -> detail(detail, fields));
    JsonNode devices = report.path("devices");
    fields.put(
        "devices",
        devices.path("paired").asLong()
            + " made, "
            + devices.path("removed").asLong()
            + " removed, "
            + devices.path("left").asLong()
            + " left");
    Table.fields(context, fields);
    compared();
    limit();
  }

  private void row(Table table, String name, JsonNode latency) {
    double seconds = report.path("seconds").asDouble();
    long count = latency.path("count").asLong();
    table.row(
        name,
        Long.toString(count),
        seconds > 0 ? amount(count / seconds) : "",
        amount(latency.path("p50").asDouble()),
        amount(latency.path("p95").asDouble()),
        amount(latency.path("p99").asDouble()),
        amount(latency.path("max").asDouble()));
  }

  private String errors() {
    StringJoiner errors = new StringJoiner(", ");
    report
        .path("errors")
        .properties()
        .forEach(error -> errors.add(error.getKey() + " " + error.getValue().asLong()));
    return errors.length() == 0 ? "none" : errors.toString();
  }

  private void server(Map<String, String> fields) {
    JsonNode server = report.path("server");
    if (server.isMissingNode()) {
      return;
    }
    fields.put(
        "gateway",
        amount(server.path("cpuUsPerOperation").asDouble())
            + " CPU-µs an operation, "
            + amount(server.path("cpuMs").asDouble())
            + " CPU-ms in all");
    fields.put(
        "memory",
        mebibytes(server.path("memoryStartBytes"))
            + " MiB, then "
            + mebibytes(server.path("memoryEndBytes"))
            + ", at most "
            + mebibytes(server.path("memoryPeakBytes"))
            + " ("
            + server.path("memory").asText()
            + ")");
  }

  private void generator(Map<String, String> fields) {
    JsonNode generator = report.path("generator");
    fields.put(
        "generator",
        amount(generator.path("cpuUsPerOperation").asDouble())
            + " CPU-µs an operation, its thread busy "
            + Math.round(100 * generator.path("loopShare").asDouble())
            + " %");
  }

  private void compared() {
    JsonNode comparison = report.path("comparison");
    if (comparison.isMissingNode()) {
      return;
    }
    context.out().println();
    Table table = new Table("FIGURE", "BEFORE", "AFTER", "RATIO");
    comparison
        .properties()
        .forEach(
            figure ->
                table.row(
                    words(figure.getKey()),
                    amount(figure.getValue().path("before").asDouble()),
                    amount(figure.getValue().path("after").asDouble()),
                    figure.getValue().path("ratio").isNumber()
                        ? amount(figure.getValue().path("ratio").asDouble())
                        : ""));
    table.print(context);
  }

  private void limit() {
    if (report.path("generator").path("loopShare").asDouble() > BUSY) {
      context.out().println();
      context
          .out()
          .println(
              "The generator was the limit: its thread had no time left. Run several at once.");
    }
  }

  /** One figure of a workload of its own, in its unit. */
  private static void detail(Map.Entry<String, JsonNode> detail, Map<String, String> fields) {
    JsonNode value = detail.getValue();
    String number = value.isFloatingPointNumber() ? amount(value.asDouble()) : value.asText();
    switch (detail.getKey()) {
      case "cpuUsPerDelivery" -> fields.put("delivery", number + " CPU-µs each");
      case "kilobytesPerConnection" -> fields.put("connection", number + " KiB each");
      case "idleCpuMsPerConnectionMinute" ->
          fields.put("idle", number + " CPU-ms a minute and connection");
      case "growthBytes" -> fields.put("growth", mebibytes(value) + " MiB");
      case "growthBytesWithout" -> fields.put("growth without", mebibytes(value) + " MiB");
      case "perSecondWithout" -> fields.put("without", number + " a second");
      case "slowClosed" -> fields.put("slow reader", value.asBoolean() ? "closed" : "connected");
      default -> fields.put(words(detail.getKey()), number);
    }
  }

  private static String mebibytes(JsonNode bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes.asDouble() / (1 << 20));
  }

  /** As many digits as say something. */
  static String amount(double value) {
    if (value >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value >= 100 ? "%.1f" : "%.2f", value);
  }

  /** {@code cpuUsPerOperation} as {@code cpu us per operation}. */
  static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
