package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a job is and does, on the command line. Protocol 03 §22.1. */
final class CronOptions {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");
  private static final String SPANS = "Write 30s, 15m, 2h or 7d.";

  @Option(names = "--name", paramLabel = "NAME", description = "What people call it.")
  private @Nullable String name;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "Once: 20m from now, 2026-01-31T09:00 in --tz, or with a zone 2026-01-31T08:00:00Z.")
  private @Nullable String at;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = "Again and again: 30s, 15m, 2h or 7d apart.")
  private @Nullable String every;

  @Option(
      names = "--cron",
      paramLabel = "EXPR",
      description = "By an expression of five to seven fields, like '0 9 * * MON-FRI'.")
  private @Nullable String cron;

  @Option(
      names = "--tz",
      paramLabel = "ZONE",
      description = "The time zone of --cron and --at, like Europe/Berlin.")
  private @Nullable String tz;

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      description = "What an agent is asked, in a conversation of the job's own.")
  private @Nullable String message;

  @Option(
      names = "--event",
      paramLabel = "TEXT",
      description = "What the main conversation is told at its next heartbeat.")
  private @Nullable String event;

  @Option(names = "--agent", paramLabel = "ID", description = "Which agent.")
  private @Nullable String agent;

  @Option(names = "--model", paramLabel = "MODEL", description = "Which model, for --message.")
  private @Nullable String model;

  @Option(
      names = "--channel",
      paramLabel = "NAME",
      description = "Where the answer to --message is said; needs --to.")
  private @Nullable String channel;

  @Option(names = "--to", paramLabel = "TO", description = "To whom it is said there.")
  private @Nullable String to;

  /** A whole job. */
  ObjectNode job(long nowMs) {
    if (name == null) {
      throw CliException.usage("--name is missing", "Say what people call the job.");
    }
    if (Stream.of(at, every, cron).allMatch(Objects::isNull)) {
      throw CliException.usage("a schedule is missing", "Give --at, --every or --cron.");
    }
    if (message == null && event == null) {
      throw CliException.usage("there is nothing to do", "Give --message or --event.");
    }
    return changes(nowMs);
  }

  /**
   * What was given, as a patch.
   *
   * @throws CliException naming the option that is wrong
   */
  ObjectNode changes(long nowMs) {
    ObjectNode job = Json.object();
    put(job, "name", "--name", name);
    put(job, "description", "--description", description);
    put(job, "agentId", "--agent", agent);
    schedule(job, nowMs);
    payload(job);
    return job;
  }

  private static void put(ObjectNode to, String field, String option, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (value.isBlank()) {
      throw CliException.usage(option + " is empty", null);
    }
    to.put(field, value);
  }

  private void schedule(ObjectNode job, long nowMs) {
    if (Stream.of(at, every, cron).filter(Objects::nonNull).count() > 1) {
      throw CliException.usage("--at, --every and --cron exclude each other", null);
    }
    if (tz != null && at == null && cron == null) {
      throw CliException.usage("--tz belongs to --cron or --at", "Give it again with its --tz.");
    }
    ZoneId zone = zone();
    if (at != null) {
      job.putObject("schedule").put("kind", "at").put("atMs", moment(at, zone, nowMs));
    } else if (every != null) {
      job.putObject("schedule").put("kind", "every").put("everyMs", span(every, "--every"));
    } else if (cron != null) {
      ObjectNode schedule = job.putObject("schedule").put("kind", "cron");
      put(schedule, "expr", "--cron", cron);
      if (tz != null) {
        schedule.put("tz", zone.getId());
      }
    }
  }

  private ZoneId zone() {
    try {
      return tz == null ? ZoneId.systemDefault() : ZoneId.of(tz.strip());
    } catch (DateTimeException e) {
      throw CliException.usage(
          "--tz: '" + tz + "' is no time zone", "Write one like Europe/Berlin, or UTC.");
    }
  }

  private static long span(String text, String option) {
    Matcher form = SPAN.matcher(text.strip());
    long amount = form.matches() ? Long.parseLong(form.group(1)) : 0;
    if (amount == 0) {
      throw CliException.usage(option + ": '" + text + "' is no time", SPANS);
    }
    Duration span =
        switch (form.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    return span.toMillis();
  }

  private static long moment(String text, ZoneId zone, long nowMs) {
    if (SPAN.matcher(text.strip()).matches()) {
      return nowMs + span(text, "--at");
    }
    long ms;
    try {
      ms = Instant.parse(text.strip()).toEpochMilli();
    } catch (DateTimeParseException noInstant) {
      ms = local(text, zone);
    }
    if (ms < nowMs) {
      throw CliException.usage("--at: '" + text + "' is past", "Give a moment that comes.");
    }
    return ms;
  }

  private static long local(String text, ZoneId zone) {
    try {
      return LocalDateTime.parse(text.strip()).atZone(zone).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      throw CliException.usage(
          "--at: '" + text + "' is no moment",
          "Write 20m, 2026-01-31T09:00 or 2026-01-31T08:00:00Z.");
    }
  }

  private void payload(ObjectNode job) {
    if (message != null && event != null) {
      throw CliException.usage("--message and --event exclude each other", null);
    }
    if ((channel == null) != (to == null)) {
      throw CliException.usage("--channel and --to belong together", null);
    }
    if (event != null) {
      if (model != null || channel != null) {
        throw CliException.usage("--model and --channel belong to --message", null);
      }
      put(job.putObject("payload").put("kind", "systemEvent"), "text", "--event", event);
      job.put("sessionTarget", "main");
    } else if (message != null || model != null || channel != null) {
      ObjectNode payload = job.putObject("payload").put("kind", "agentTurn");
      put(payload, "message", "--message", message);
      put(payload, "model", "--model", model);
      put(payload, "channel", "--channel", channel);
      put(payload, "to", "--to", to);
      if (channel != null) {
        payload.put("deliver", true);
      }
      if (message != null) {
        job.put("sessionTarget", "isolated");
      }
    }
  }

  /** The gateway's refusal with the option it is about. */
  static CliException named(CliException e) {
    GatewayError error = e.error();
    String text = error == null ? "" : error.message();
    String option =
        text.contains("CronPattern") || text.contains("schedule.expr") || text.contains("again")
            ? "--cron"
            : text.contains("schedule.tz")
                ? "--tz"
                : text.contains("agent id") ? "--agent" : text.contains("model") ? "--model" : "";
    if (option.isEmpty()) {
      return e;
    }
    String why = text.replaceFirst("^(Error|TypeError): (CronPattern: )?", "");
    return new CliException(e.exitCode(), option + ": " + Text.safe(why), e.hint(), error, e);
  }
}
