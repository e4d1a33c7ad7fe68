package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Jobs and their runs, filtered, sorted and a page at a time, as clients of protocol 4 ask for
 * them. Protocol 05 §17.
 */
final class CronPages {
  private static final int PAGE = 50;
  private static final int LONGEST_PAGE = 200;

  private final CronStore store;
  private final Supplier<SessionRules> rules;

  CronPages(CronStore store, Supplier<SessionRules> rules) {
    this.store = store;
    this.rules = rules;
  }

  /** Answers {@code cron.list}. */
  Future<ObjectNode> jobs(JsonNode params) {
    return store
        .all()
        .map(
            all -> {
              List<CronJob> fitting =
                  all.stream().filter(fits(params)).sorted(order(params)).toList();
              ObjectNode answer = Json.object();
              ArrayNode jobs = answer.putArray("jobs");
              page(answer, params, fitting.size());
              fitting.stream()
                  .skip(answer.path("offset").asInt())
                  .limit(answer.path("limit").asInt())
                  .forEach(job -> jobs.add(shown(job)));
              // Whoever reads page after page sees by it that the list changed in between.
              int revision =
                  fitting.stream()
                      .mapToInt(job -> Objects.hash(job.id(), job.revision()))
                      .reduce(1, (one, other) -> 31 * one + other);
              return answer.put("snapshotRevision", Integer.toHexString(revision));
            });
  }

  private static ObjectNode shown(CronJob job) {
    ObjectNode json = job.toJson();
    job.maker().show(json);
    return json;
  }

  /** Answers {@code cron.runs} for every job, or for one. */
  Future<ObjectNode> runs(JsonNode params) {
    String one = Json.nonBlank(params, params.has("id") ? "id" : "jobId");
    Future<List<CronJob>> jobs =
        one == null
            ? store.all().map(all -> all.stream().filter(job -> ofAgent(job, params)).toList())
            : store.find(one).map(found -> found.job().stream().toList());
    return jobs.compose(concerned -> Future.all(concerned.stream().map(this::entries).toList()))
        .map(logs -> entries(logs.list(), params));
  }

  private Future<List<ObjectNode>> entries(CronJob job) {
    String name = job.definition().path("name").asText();
    return store
        .log(job.id(), LONGEST_PAGE)
        .map(
            lines ->
                lines.stream().map(line -> Json.parseObject(line).put("jobName", name)).toList());
  }

  private static ObjectNode entries(List<List<ObjectNode>> logs, JsonNode params) {
    String status = params.path("status").asText("all");
    List<String> statuses = new ArrayList<>();
    params.path("statuses").forEach(wanted -> statuses.add(wanted.asText()));
    String query = params.path("query").asText("").strip().toLowerCase(Locale.ROOT);
    Comparator<ObjectNode> byTime = Comparator.comparingLong(entry -> entry.path("ts").asLong());
    boolean oldestFirst = params.path("sortDir").asText().equals("asc");
    List<ObjectNode> fitting =
        logs.stream()
            .flatMap(List::stream)
            .filter(entry -> status.equals("all") || isStatus(entry, status))
            .filter(
                entry -> statuses.isEmpty() || statuses.stream().anyMatch(s -> isStatus(entry, s)))
            .filter(entry -> Json.text(entry).toLowerCase(Locale.ROOT).contains(query))
            .sorted(oldestFirst ? byTime : byTime.reversed())
            .toList();
    ObjectNode answer = Json.object();
    ArrayNode entries = answer.putArray("entries");
    page(answer, params, fitting.size());
    fitting.stream()
        .skip(answer.path("offset").asInt())
        .limit(answer.path("limit").asInt())
        .forEach(entries::add);
    return answer;
  }

  private static boolean isStatus(JsonNode entry, String status) {
    return entry.path("status").asText().equals(status);
  }

  /** Which part of a list is requested, and where the next one begins. */
  private static void page(ObjectNode answer, JsonNode params, int total) {
    int limit = Math.clamp(params.path("limit").asInt(PAGE), 1, LONGEST_PAGE);
    int offset = Math.clamp(params.path("offset").asInt(0), 0, total);
    boolean more = total > offset + limit;
    answer.put("total", total).put("offset", offset).put("limit", limit).put("hasMore", more);
    if (more) {
      answer.put("nextOffset", offset + limit);
    } else {
      answer.putNull("nextOffset");
    }
  }

  private Predicate<CronJob> fits(JsonNode params) {
    String query = params.path("query").asText("").strip().toLowerCase(Locale.ROOT);
    String kind = params.path("scheduleKind").asText("all");
    String last = params.path("lastRunStatus").asText("all");
    return job ->
        isEnabled(job, params)
            && ofAgent(job, params)
            && (kind.equals("all")
                || job.definition().path("schedule").path("kind").asText().equals(kind))
            && (last.equals("all")
                || job.state().getOrDefault(CronJob.LAST_STATUS, "unknown").equals(last))
            && (query.isEmpty() || described(job).contains(query));
  }

  private static boolean isEnabled(CronJob job, JsonNode params) {
    boolean disabledToo = params.path("includeDisabled").asBoolean();
    return switch (params.path("enabled").asText(disabledToo ? "all" : "enabled")) {
      case "all" -> true;
      case "disabled" -> !job.enabled();
      default -> job.enabled();
    };
  }

  private boolean ofAgent(CronJob job, JsonNode params) {
    String agentId = Json.nonBlank(params, "agentId");
    String named = job.agentId();
    return agentId == null
        || SessionRules.agentId(agentId)
            .equals(named == null ? rules.get().defaultAgent() : SessionRules.agentId(named));
  }

  private static String described(CronJob job) {
    JsonNode set = job.definition();
    return (job.id() + "\n" + set.path("name").asText() + "\n" + set.path("description").asText())
        .toLowerCase(Locale.ROOT);
  }

  private static Comparator<CronJob> order(JsonNode params) {
    Comparator<CronJob> order =
        switch (params.path("sortBy").asText("nextRunAtMs")) {
          case "name" -> Comparator.comparing(job -> job.definition().path("name").asText());
          case "updatedAtMs" ->
              Comparator.comparingLong(job -> job.definition().path("updatedAtMs").asLong());
          default -> Comparator.comparingLong(job -> job.next().orElse(Long.MAX_VALUE));
        };
    boolean reversed = params.path("sortDir").asText().equals("desc");
    return (reversed ? order.reversed() : order).thenComparing(CronJob::id);
  }
}
