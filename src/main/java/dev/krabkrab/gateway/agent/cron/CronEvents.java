package dev.krabkrab.gateway.agent.cron;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.util.OptionalLong;

/** Tells everybody what happens to jobs. Protocol 03 §22.4. */
final class CronEvents {
  private final Broadcaster broadcaster;

  CronEvents(Broadcaster broadcaster) {
    this.broadcaster = broadcaster;
  }

  void added(CronJob job) {
    changed(job, "added");
  }

  void updated(CronJob job) {
    changed(job, "updated");
  }

  private void changed(CronJob job, String action) {
    ObjectNode payload = event(job.id(), action);
    putNext(payload, job.next());
    publish(payload);
  }

  void removed(String jobId) {
    publish(event(jobId, "removed"));
  }

  void started(String jobId, long runAtMs) {
    publish(event(jobId, "started").put("runAtMs", runAtMs));
  }

  /** The same object as the line of the log, but for its time. */
  void finished(ObjectNode logLine) {
    ObjectNode payload = logLine.deepCopy();
    payload.remove("ts");
    publish(payload);
  }

  static void putNext(ObjectNode payload, OptionalLong next) {
    next.ifPresent(at -> payload.put("nextRunAtMs", at));
  }

  private static ObjectNode event(String jobId, String action) {
    return Json.object().put("jobId", jobId).put("action", action);
  }

  private void publish(ObjectNode payload) {
    broadcaster.broadcast(EventType.CRON, JsonText.of(payload));
  }
}
