package dev.krabkrab.gateway.edge.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.channel.WaitingMessages;
import dev.krabkrab.gateway.control.approvals.PendingApprovals;
import dev.krabkrab.gateway.platform.transport.ConnectionStats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final Map<String, Integer> LIMITS = Map.of("handshakes", 64, "connections", 9);

  private static final GaugeSnapshot BUSY =
      new GaugeSnapshot(
          true,
          false,
          false,
          0,
          true,
          3,
          new ConnectionStats(4, 5, 1, 100, 100),
          new PendingApprovals(2, 1_500),
          11,
          1_800_000_000,
          Map.of("handshakes", 7.0),
          Map.of("slack", new WaitingMessages(3, 2_500)));

  @Test
  void withoutMetricsNothingIsCounted() throws TimeoutException {
    Telemetry off = Telemetry.off();
    Vertx vertx = off.vertx(new VertxOptions());

    assertThat(off.instruments()).isSameAs(Instruments.NONE);
    assertThat(vertx.isMetricsEnabled()).isFalse();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aGaugeKeepsItsValueWhenItsRoomDoesNotAnswer() throws TimeoutException {
    Telemetry on = Telemetry.on("one", "1.2.3", LIMITS);
    Vertx vertx = on.vertx(new VertxOptions());
    on.follow(() -> Future.succeededFuture(BUSY));
    assertThat(scrape(on, vertx).value("krabkrab_connections", "role", "node")).isEqualTo(5);

    on.follow(() -> Promise.<GaugeSnapshot>promise().future());
    Exposition page = scrape(on, vertx);
    assertThat(page.value("krabkrab_connections", "role", "node")).isEqualTo(5);
    assertThat(page.value("krabkrab_approvals_oldest_age_seconds")).isEqualTo(1.5);
    assertThat(page.value("krabkrab_tls_certificate_expiry_timestamp_seconds")).isEqualTo(1.8e9);
    assertThat(page.value("krabkrab_channel_waiting", "channel", "slack")).isEqualTo(3);
    assertThat(page.value("krabkrab_channel_oldest_age_seconds", "channel", "slack"))
        .isEqualTo(2.5);
    assertThat(page.value("krabkrab_channel_waiting", "channel", "telegram")).isZero();
    on.follow(() -> Future.failedFuture("gone"));
    assertThat(scrape(on, vertx).value("krabkrab_instances")).isEqualTo(3);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void eachLimitShowsWithWhatIsUsedOfItFromTheStart() throws TimeoutException {
    Telemetry on = Telemetry.on("one", "1", LIMITS);
    Vertx vertx = on.vertx(new VertxOptions());
    Exposition idle = scrape(on, vertx);
    assertThat(idle.value("krabkrab_limit", "limit", "connections")).isEqualTo(9);
    assertThat(idle.family("krabkrab_limit_used").values("limit")).isEqualTo(LIMITS.keySet());
    assertThat(idle.sum("krabkrab_limit_used")).isZero();

    on.follow(() -> Future.succeededFuture(BUSY));
    Exposition busy = scrape(on, vertx);
    assertThat(busy.value("krabkrab_limit", "limit", "handshakes")).isEqualTo(64);
    assertThat(busy.value("krabkrab_limit_used", "limit", "handshakes")).isEqualTo(7);
    assertThat(busy.value("krabkrab_limit_used", "limit", "connections")).isZero();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void theProcessIsShownUnderTheStandardNames() throws TimeoutException {
    Telemetry on = Telemetry.on("one", "1", LIMITS);
    Vertx vertx = on.vertx(new VertxOptions());
    Exposition page = scrape(on, vertx);

    assertThat(page.family("process_cpu_seconds_total").type()).isEqualTo("counter");
    assertThat(page.value("process_cpu_seconds_total")).isBetween(0.1, 10_000.0);
    assertThat(page.value("process_open_fds")).isBetween(3.0, page.value("process_max_fds"));
    assertThat(page.value("system_processors")).isPositive();
    assertThat(page.families().keySet())
        .noneMatch(name -> name.matches(".*(_ns_total|cpu_count|_files)"));
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void instancesInOneProcessDoNotShareSeries() throws TimeoutException {
    Telemetry one = Telemetry.on("one", "1", LIMITS);
    Telemetry two = Telemetry.on("two", "1", LIMITS);
    Vertx vertx = one.vertx(new VertxOptions());
    Vertx other = two.vertx(new VertxOptions());
    one.instruments().sockets().closedSlow();

    Exposition first = scrape(one, vertx);
    assertThat(first.value("krabkrab_slow_consumer_closes_total")).isEqualTo(1);
    Exposition second = scrape(two, other);
    assertThat(second.value("krabkrab_slow_consumer_closes_total")).isZero();
    assertThat(first.family("krabkrab_build_info").values("instance_id")).containsExactly("one");
    assertThat(second.family("krabkrab_build_info").values("instance_id")).containsExactly("two");
    vertx.close().await(30, TimeUnit.SECONDS);
    other.close().await(30, TimeUnit.SECONDS);
  }

  private static Exposition scrape(Telemetry telemetry, Vertx vertx) throws TimeoutException {
    return Exposition.parse(telemetry.scrape(vertx).await(30, TimeUnit.SECONDS));
  }
}
