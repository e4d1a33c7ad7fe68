package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab sessions export}. */
@Command(
    name = "export",
    description = "Writes out everything that was said in a session, from its beginning.",
    footer = {
      "",
      "Formats:",
      "  jsonl  each line of the transcript as it is stored, its header first; other tools read it",
      "  json   one object: key, sessionId, messages as chat clients see them",
      "  md     for people",
      "",
      "All of it is written, however long it is. Should the transcript be shortened or deleted",
      "meanwhile, the command fails and says so.",
      "",
      "Examples:",
      "  krabkrab sessions export agent:main:main --out talk.jsonl",
      "  krabkrab sessions export main --format md | less"
    })
final class SessionsExportCommand extends ClientCommand {
  private static final IdFinder FINDER = new IdFinder("session", "sessions list");
  private static final int SAY_EVERY = 10_000;

  @Parameters(paramLabel = "KEY", description = "Its key, or the beginning of it.")
  private String key = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: jsonl.")
  private Format format = Format.jsonl;

  @Option(names = "--out", paramLabel = "FILE", description = "Where to. Default: standard output.")
  private @Nullable Path file;

  /** As it is spelled on the command line. */
  enum Format {
    jsonl,
    md,
    json
  }

  SessionsExportCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    Path target = file;
    if (target == null) {
      export(client, context().out());
      return ExitCodes.OK;
    }
    try {
      // A file of that name never holds a part only.
      Path part = Path.of(target + ".part");
      try {
        write(client, part);
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw CliException.local("cannot write " + target + ": " + e.getMessage(), null, e);
    }
    return ExitCodes.OK;
  }

  /** The gateway knows more names of a session than we do; the beginning of a key it does not. */
  private static JsonNode first(GatewayClient client, ObjectNode query) {
    try {
      return client.call("sessions.export", query);
    } catch (CliException e) {
      String wanted = query.path("key").asText();
      String found = FINDER.id(wanted, () -> sessions(client, wanted), "key");
      if (found.equals(wanted)) {
        throw e;
      }
      return client.call("sessions.export", query.put("key", found));
    }
  }

  private static JsonNode sessions(GatewayClient client, String search) {
    ObjectNode query = Json.object().put("search", search).put("includeGlobal", true);
    return client.call("sessions.list", query).path("sessions");
  }

  private void write(GatewayClient client, Path part) throws IOException {
    try (PrintWriter out = Printer.to(Files.newBufferedWriter(part, StandardCharsets.UTF_8))) {
      export(client, out);
      if (out.checkError()) {
        throw new IOException("not everything could be written");
      }
    }
  }

  private void export(GatewayClient client, PrintWriter out) {
    ObjectNode query = Json.object().put("key", key).put("stored", format == Format.jsonl);
    TranscriptWriter writer = TranscriptWriter.of(format, out);
    long lines = 0;
    long said = 0;
    while (true) {
      JsonNode page = lines == 0 ? first(client, query) : client.call("sessions.export", query);
      if (lines == 0) {
        writer.begin(page.path("key").asText(), page.path("sessionId").asText());
      }
      for (JsonNode line : page.path("lines")) {
        writer.line(line);
        lines++;
      }
      if (lines - said >= SAY_EVERY) {
        said = lines;
        context().err().println(lines + " of " + page.path("total") + " lines …");
      }
      JsonNode next = page.path("next");
      if (!next.isTextual()) {
        break;
      }
      query.put("cursor", next.asText());
    }
    writer.end();
    out.flush();
    context().err().println(writer.messages() + " messages exported.");
  }
}
