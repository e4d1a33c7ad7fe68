package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Found;
import dev.krabkrab.gateway.agent.cron.CronAnswers.Put;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** Adds, changes and removes jobs, and tells everybody. Protocol 03 §22.2. */
final class CronEditor {
  private static final int MOST_TRIES = 8;
  private static final int STATE_CHARACTERS = 1_000;

  private final CronStore store;
  private final CronEvents events;
  private final Ids ids;
  private final Supplier<CronSettings> settings;
  private final Runnable onChange;

  /**
   * @param onChange called when a due time may have come nearer
   */
  CronEditor(
      CronStore store,
      CronEvents events,
      Ids ids,
      Supplier<CronSettings> settings,
      Runnable onChange) {
    this.store = store;
    this.events = events;
    this.ids = ids;
    this.settings = settings;
    this.onChange = onChange;
  }

  /** A job as it is at a time of Redis. */
  record Current(CronJob job, long nowMs) {}

  /** Answers {@code cron.add}. */
  Future<ObjectNode> add(CronMaker by, JsonNode params) {
    String id = ids.uuid();
    return store
        .find(id)
        .compose(
            found -> {
              ObjectNode definition = CronDefinition.added(params, found.nowMs());
              by.into(definition);
              checkPace(definition, found.nowMs());
              boolean enabled = params.path("enabled").asBoolean(true);
              OptionalLong next =
                  enabled ? schedule(definition).first(found.nowMs()) : OptionalLong.empty();
              return store.add(id, definition, enabled, next);
            })
        .map(
            put ->
                switch (put) {
                  case Put.Done(CronJob job) -> {
                    events.added(job);
                    onChange.run();
                    yield job.toJson();
                  }
                  case Put.Full full -> throw CronDefinition.refused("too many cron jobs");
                  case Put.Changed changed -> throw conflict(id);
                });
  }

  /** Answers {@code cron.update}. */
  Future<ObjectNode> update(CronMaker by, String id, JsonNode patch) {
    return retried(id, found -> change(by, found.nowMs(), found.job(), patch))
        .map(
            job -> {
              events.updated(job);
              onChange.run();
              return job.toJson();
            });
  }

  /** Completes empty when somebody else was faster. */
  private Future<Optional<CronJob>> change(
      CronMaker by, long nowMs, CronJob before, JsonNode patch) {
    ObjectNode definition = CronDefinition.patched(before.definition(), patch, nowMs);
    by.into(definition);
    if (patch.has("schedule") || patch.has("payload")) {
      checkPace(definition, nowMs);
    }
    boolean enabled = patch.path("enabled").asBoolean(before.enabled());
    Map<String, String> state = state(patch.path("state"));
    boolean stays = enabled == before.enabled() && !patch.has("schedule");
    Future<Put> put =
        stays
            ? store.change(before, definition, enabled, state)
            : store.change(
                before,
                definition,
                enabled,
                next(before, definition, enabled, patch, nowMs),
                state);
    return put.map(
        result -> result instanceof Put.Done(CronJob job) ? Optional.of(job) : Optional.empty());
  }

  private void checkPace(ObjectNode definition, long nowMs) {
    CronDefinition.checkPace(definition, nowMs, settings.get().minTurnIntervalMs());
  }

  private static OptionalLong next(
      CronJob before, ObjectNode definition, boolean enabled, JsonNode patch, long nowMs) {
    boolean over = before.once() && before.lastWasOk() && !patch.has("schedule");
    return enabled && !over ? schedule(definition).first(nowMs) : OptionalLong.empty();
  }

  /** When it is due and whether it runs is not for clients to say. */
  private static Map<String, String> state(JsonNode patch) {
    Map<String, String> state = new HashMap<>();
    Map.of(
            "lastRunAtMs", CronJob.LAST_RUN,
            "lastStatus", CronJob.LAST_STATUS,
            "lastError", CronJob.LAST_ERROR,
            "lastDurationMs", CronJob.LAST_DURATION)
        .forEach(
            (name, field) -> {
              if (patch.hasNonNull(name)) {
                state.put(field, CronExecutor.cut(patch.path(name).asText(), STATE_CHARACTERS));
              }
            });
    return state;
  }

  /** Answers {@code cron.remove}. */
  Future<ObjectNode> remove(String id) {
    return store
        .remove(id)
        .map(
            removed -> {
              if (removed) {
                events.removed(id);
              }
              return Json.object().put("ok", true).put("removed", removed.booleanValue());
            });
  }

  /** Reads a job and acts on it, again when the action comes to nothing because it changed. */
  <T> Future<T> retried(String id, Function<Current, Future<Optional<T>>> action) {
    return retried(id, MOST_TRIES, action);
  }

  private <T> Future<T> retried(
      String id, int tries, Function<Current, Future<Optional<T>>> action) {
    return store
        .find(id)
        .compose(found -> action.apply(new Current(job(id, found), found.nowMs())))
        .compose(
            result -> {
              if (result.isPresent()) {
                return Future.succeededFuture(result.get());
              }
              return tries > 1 ? retried(id, tries - 1, action) : Future.failedFuture(conflict(id));
            });
  }

  private static CronJob job(String id, Found found) {
    return found.job().orElseThrow(() -> CronDefinition.refused("unknown cron job id: " + id));
  }

  private static GatewayError conflict(String id) {
    return CronDefinition.refused("cron job is being changed by others: " + id);
  }

  private static CronSchedule schedule(ObjectNode definition) {
    return CronSchedule.of(
        definition.path("schedule"), definition.path(CronJob.SCHEDULE_SET_AT).asLong());
  }
}
