package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab audit export}. */
@Command(
    name = "export",
    description = "Writes the audit trail out, oldest entry first.",
    footer = {
      "",
      "A line of jsonl holds an entry exactly as it is hashed; csv is for people and spreadsheets.",
      "",
      "Examples:",
      "  krabkrab audit export --out audit.jsonl",
      "  krabkrab audit export --format csv --since 7d > week.csv"
    })
final class AuditExportCommand extends ClientCommand {
  private static final String CSV_HEADER =
      "seq,time,action,instance,device,user,address,role,client,details,hash";

  @Mixin private AuditFilter filter = new AuditFilter();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: jsonl.")
  private Format format = Format.jsonl;

  @Option(names = "--out", paramLabel = "FILE", description = "Where to. Default: standard output.")
  private @Nullable Path file;

  private long written;

  /** As it is spelled on the command line. */
  enum Format {
    jsonl,
    csv
  }

  AuditExportCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    if (file == null) {
      export(client, context().out());
    } else {
      try (PrintWriter out = Printer.to(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
        export(client, out);
        if (out.checkError()) {
          throw new IOException("not everything could be written");
        }
      } catch (IOException e) {
        throw CliException.local("cannot write " + file + ": " + e.getMessage(), null, e);
      }
    }
    context().err().println(written + " entries exported.");
    return ExitCodes.OK;
  }

  private void export(GatewayClient client, PrintWriter out) {
    if (format == Format.csv) {
      out.println(CSV_HEADER);
    }
    new AuditWalk(client, context().err())
        .each(
            filter.query(client, context().nowMs()),
            page -> {
              for (JsonNode row : page.path("entries")) {
                out.println(format == Format.csv ? csv(row) : jsonl(row));
                written++;
              }
            });
    out.flush();
  }

  private static String jsonl(JsonNode row) {
    String text = row.path("text").asText();
    String entry = content(text).isObject() ? text : row.path("text").toString();
    return SafeText.json(
        "{\"entry\":%s,\"id\":%s,\"hash\":%s}".formatted(entry, row.path("id"), row.path("hash")));
  }

  private static String csv(JsonNode row) {
    JsonNode entry = content(row.path("text").asText());
    JsonNode actor = entry.path("actor");
    StringJoiner cells = new StringJoiner(",");
    cells.add(entry.path("seq").asText(""));
    cells.add(Instant.ofEpochMilli(entry.path("ts").asLong()).toString());
    cells.add(cell(entry.path("action").asText("unreadable")));
    cells.add(cell(entry.path("instance").asText("")));
    for (String field : List.of("device", "user", "address", "role", "client")) {
      cells.add(cell(actor.path(field).asText("")));
    }
    cells.add(cell(entry.path("details").toString()));
    return cells.add(cell(row.path("hash").asText(""))).toString();
  }

  /** Quoted; a spreadsheet must not take a client's word for a formula. */
  private static String cell(String text) {
    boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
    return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
  }

  private static JsonNode content(String text) {
    try {
      return Json.parse(text);
    } catch (JsonProcessingException e) {
      return Json.object().nullNode();
    }
  }
}
