package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.edge.metrics.Exposition;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What two instances count of messages and jobs. */
@Timeout(120)
class ChannelMetricsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Test
  void messagesAndJobsAreCountedByChannelAndWhatWaitsShowsEverywhere() {
    try (TelegramServer telegram = new TelegramServer()) {
      String config =
          "{gateway:{auth:{token:'"
              + Cluster.TOKEN
              + "'}},channels:{telegram:{dmPolicy:'open',botToken:'"
              + TelegramServer.TOKEN
              + "',apiRoot:'"
              + telegram.url()
              + "'}}}";
      try (Cluster cluster = Cluster.of(2, config, MetricsIT.MEASURED);
          Peer admin = cluster.admin(0)) {
        telegram.refuse(1_000);
        telegram.write(5, "Ann", "hello");
        await().atMost(PATIENCE).until(() -> messages(cluster, "failed") > 0);
        await().until(() -> waiting(cluster, 0) == 1 && waiting(cluster, 1) == 1);
        telegram.refuse(0);
        await().atMost(PATIENCE).until(() -> messages(cluster, "sent") == 1);
        assertThat(messages(cluster, "received")).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> waiting(cluster, 1) == 0);
        double failed = messages(cluster, "failed");
        admin.call(
            "send",
            "{\"channel\":\"telegram\",\"to\":\"403\",\"message\":\"x\",\"idempotencyKey\":\"k\"}");
        await().until(() -> messages(cluster, "failed") == failed + 1);
        assertThat(messages(cluster, "dropped") + messages(cluster, "skipped")).isZero();
        jobsAreCounted(cluster, admin);
      }
    }
  }

  private static void jobsAreCounted(Cluster cluster, Peer admin) {
    ObjectNode job =
        Json.object()
            .put("name", "note")
            .put("enabled", true)
            .put("sessionTarget", "main")
            .put("wakeMode", "next-heartbeat");
    job.putObject("schedule").put("kind", "at").put("atMs", System.currentTimeMillis() + 300);
    job.putObject("payload").put("kind", "systemEvent").put("text", "noted");
    admin.ok("cron.add", Json.text(job));
    await().atMost(PATIENCE).until(() -> sum(cluster, "krabkrab_cron_runs_total") == 1);
    await().until(() -> sum(cluster, "krabkrab_cron_late_seconds_count") == 1);
    assertThat(sum(cluster, "krabkrab_cron_late_seconds_sum")).isBetween(0.0, 30.0);
    assertThat(sum(cluster, "krabkrab_cron_failures_total")).isZero();
  }

  private static double messages(Cluster cluster, String outcome) {
    String name = "krabkrab_channel_messages_total";
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      Exposition page = MetricsIT.scrape(cluster.instance(i));
      sum += page.value(name, "channel", "telegram", "outcome", outcome);
    }
    return sum;
  }

  private static double waiting(Cluster cluster, int instance) {
    Exposition page = MetricsIT.scrape(cluster.instance(instance));
    return page.value("krabkrab_channel_waiting", "channel", "telegram");
  }

  private static double sum(Cluster cluster, String name) {
    return MetricsIT.scrape(cluster.instance(0)).value(name)
        + MetricsIT.scrape(cluster.instance(1)).value(name);
  }
}
