package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Repairs of a cron job or of a patch to one, made in place. Protocol 03 §22.2. */
final class CronLeniency {
  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");
  private static final Pattern NOT_IN_AGENT_ID = Pattern.compile("[^a-z0-9_-]+");
  private static final Pattern OUTER_DASHES = Pattern.compile("^-+|-+$");
  private static final int AGENT_ID_LENGTH = 64;
  private static final String AGENT_ID = "agentId";
  private static final String KIND = "kind";
  private static final String AT_MS = "atMs";

  private CronLeniency() {}

  static ObjectNode added(ObjectNode params) {
    var job = unwrapped(params);
    repair(job);
    if (job.path("wakeMode").isMissingNode() || job.path("wakeMode").isNull()) {
      job.put("wakeMode", "next-heartbeat");
    }
    if (job.path("sessionTarget").isMissingNode() || job.path("sessionTarget").isNull()) {
      switch (job.path("payload").path(KIND).asText("")) {
        case "systemEvent" -> job.put("sessionTarget", "main");
        case "agentTurn" -> job.put("sessionTarget", "isolated");
        default -> {}
      }
    }
    return job;
  }

  static ObjectNode updated(ObjectNode params) {
    if (params.get("patch") instanceof ObjectNode wrapped) {
      var patch = unwrapped(wrapped);
      repair(patch);
      params.set("patch", patch);
    }
    return params;
  }

  private static ObjectNode unwrapped(ObjectNode object) {
    if (object.get("data") instanceof ObjectNode inner) {
      return inner;
    }
    return object.get("job") instanceof ObjectNode inner ? inner : object;
  }

  private static void repair(ObjectNode job) {
    agentId(job);
    enabled(job);
    if (job.get("schedule") instanceof ObjectNode schedule) {
      schedule(schedule);
    }
    if (job.get("payload") instanceof ObjectNode payload) {
      channel(payload);
    }
  }

  private static void agentId(ObjectNode job) {
    if (!job.path(AGENT_ID).isTextual()) {
      return;
    }
    var safe = NOT_IN_AGENT_ID.matcher(lower(job.get(AGENT_ID).textValue())).replaceAll("-");
    var id = OUTER_DASHES.matcher(safe).replaceAll("");
    if (id.isEmpty()) {
      job.remove(AGENT_ID);
    } else {
      job.put(AGENT_ID, id.substring(0, Math.min(id.length(), AGENT_ID_LENGTH)));
    }
  }

  private static void enabled(ObjectNode job) {
    if (job.path("enabled").isTextual()) {
      switch (lower(job.get("enabled").textValue())) {
        case "true" -> job.put("enabled", true);
        case "false" -> job.put("enabled", false);
        default -> {}
      }
    }
  }

  private static void schedule(ObjectNode schedule) {
    if (!schedule.has(KIND)) {
      if (schedule.has("at") || schedule.has(AT_MS)) {
        schedule.put(KIND, "at");
      } else if (schedule.has("everyMs")) {
        schedule.put(KIND, "every");
      } else if (schedule.has("expr")) {
        schedule.put(KIND, "cron");
      }
    }
    var written = schedule.has("at") ? schedule.path("at") : schedule.path(AT_MS);
    if (written.isTextual()) {
      instant(written.textValue().strip())
          .ifPresent(
              millis -> {
                schedule.remove("at");
                schedule.put(AT_MS, millis);
              });
    }
  }

  private static void channel(ObjectNode payload) {
    if (payload.path("provider").isTextual()) {
      var provider = lower(payload.remove("provider").textValue());
      if (!payload.has("channel")) {
        payload.put("channel", provider);
      }
    }
  }

  /** Milliseconds since 1970 of digits or of an ISO 8601 text, which is UTC without a zone. */
  private static Optional<Long> instant(String text) {
    try {
      if (DIGITS.matcher(text).matches()) {
        return Optional.of(Long.parseLong(text));
      }
      if (text.indexOf('T') < 0) {
        var midnight = LocalDate.parse(text).atStartOfDay();
        return Optional.of(midnight.toInstant(ZoneOffset.UTC).toEpochMilli());
      }
      var time =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from);
      var instant =
          time instanceof OffsetDateTime zoned
              ? zoned.toInstant()
              : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
      return Optional.of(instant.toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      // Left as written: the schema then refuses it by name.
      return Optional.empty();
    }
  }

  private static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
