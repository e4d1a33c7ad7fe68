package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditEntry;
import dev.krabkrab.gateway.access.audit.AuditLink;
import dev.krabkrab.gateway.access.audit.AuditVerifier;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab audit verify}. */
@Command(
    name = "verify",
    description = "Checks that no entry of the audit trail was altered, removed or moved.",
    footer = {
      "",
      "Computes every hash again, here, from the oldest entry that is kept to the newest. Whoever",
      "can write to Redis could compute a whole new chain: compare with a head that was noted",
      "elsewhere. The gateway's log has them ('audit head NUMBER HASH').",
      "",
      "Ends with 1 when the chain is broken, and says where.",
      "",
      "Examples:",
      "  krabkrab audit verify",
      "  krabkrab audit verify --head 5f1c0d…"
    })
final class AuditVerifyCommand extends ClientCommand {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  @Option(
      names = "--head",
      paramLabel = "HASH",
      description = "A head noted earlier; the chain must contain it.")
  private @Nullable String noted;

  private @Nullable AuditVerifier verifier;
  private @Nullable String problem;
  private AuditLink head = AuditLink.START;
  private long first;

  AuditVerifyCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  public Integer call() {
    if (noted != null) {
      noted = noted.strip().toLowerCase(Locale.ROOT);
      if (!HASH.matcher(noted).matches()) {
        throw CliException.usage("--head is not a SHA-256 hash in hex", null);
      }
    }
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    new AuditWalk(client, context().err()).each(Json.object(), this::page);
    AuditVerifier walked = verifier;
    if (problem == null && walked != null) {
      problem = walked.end(head);
    }
    long entries = head.seq() - first;
    if (!printedAsJson(result(entries))) {
      print(
          problem == null
              ? "%d entries are genuine. Head: %d %s".formatted(entries, head.seq(), head.hash())
              : "BROKEN: " + problem);
    }
    return problem == null ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private void page(JsonNode page) {
    AuditLink anchor = link(page.path("anchor"));
    head = link(page.path("head"));
    AuditVerifier walking = verifier;
    // Retention may overtake a slow walk: then it goes on from where the trail begins by now.
    if (walking == null || (problem == null && walking.reached().seq() < anchor.seq())) {
      walking = new AuditVerifier(anchor, noted);
      verifier = walking;
      first = anchor.seq();
    }
    for (JsonNode row : page.path("entries")) {
      if (problem == null) {
        problem =
            walking.next(
                new AuditEntry(
                    row.path("id").asText(), row.path("text").asText(), row.path("hash").asText()));
      }
    }
  }

  private ObjectNode result(long entries) {
    ObjectNode json = Json.object().put("ok", problem == null);
    if (problem != null) {
      json.put("problem", problem);
    }
    json.put("entries", entries).put("after", first);
    json.putObject("head").put("seq", head.seq()).put("hash", head.hash());
    return json;
  }

  private static AuditLink link(JsonNode json) {
    return new AuditLink(
        json.path("seq").asLong(), json.path("hash").asText(), json.path("ms").asLong());
  }
}
