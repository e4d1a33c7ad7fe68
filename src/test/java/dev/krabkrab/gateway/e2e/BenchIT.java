package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.DeviceIdentity;
import dev.krabkrab.gateway.cli.ExitCodes;
import dev.krabkrab.gateway.cli.bench.Bench;
import dev.krabkrab.gateway.cli.bench.BenchException;
import dev.krabkrab.gateway.cli.bench.BenchPlan;
import dev.krabkrab.gateway.cli.bench.Device;
import dev.krabkrab.gateway.cli.bench.Endpoint;
import dev.krabkrab.gateway.cli.bench.Pace;
import dev.krabkrab.gateway.cli.bench.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load generator against two real instances. */
class BenchIT {
  @RegisterExtension static final Cluster cluster = Cluster.of(2, Cluster.TOKEN_CONFIG);

  @TempDir private Path home;
  private Cli cli;

  @BeforeEach
  void user() {
    cli = new Cli(home, cluster.instance(0).url());
  }

  /** Whatever a test did, the gateway knows none of its devices any more. */
  @AfterEach
  void nothingIsLeft() {
    assertThat(cli.run("call", "device.pair.list", "--json")).as(cli.err()).isZero();
    assertThat(cli.out()).contains("paired").doesNotContain("krabkrab bench");
  }

  private int bench(String arguments) {
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(Arrays.asList(arguments.split(" ")));
    all.addAll(List.of("--url", cluster.instance(0).url(), "--url", cluster.instance(1).url()));
    all.addAll(List.of("--warmup", "200ms", "--json"));
    return cli.run(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "handshakes --connections 10 --concurrency 4 --others 3",
        "handshakes --connections 5 --cold --rate 50",
        "calls --connections 4 --concurrency 8",
        "calls --connections 4 --nodes 2 --method node.list --rate 200",
        "approvals --approvers 5 --concurrency 2",
        "approvals --approvers 3 --rate 20 --protocol 4",
        "invokes --connections 3 --nodes 4",
        "invokes --connections 3 --nodes 4 --rate 50 --protocol 4",
        "connections --connections 10",
        "slow-reader --approvers 3 --padding 100",
        "fan-out --connections 20"
      })
  void aWorkloadIsMeasured(String arguments) {
    assertThat(bench(arguments + " --duration 1s --pid " + ProcessHandle.current().pid()))
        .as(cli.err())
        .isZero();
    JsonNode report = cli.json();
    assertThat(report.path("workload").asText()).isEqualTo(arguments.split(" ")[0]);
    long operations = report.path("operations").asLong();
    assertThat(operations).isPositive();
    assertThat(report.path("failures").asLong()).as(report.toString()).isZero();
    assertThat(report.path("errors")).isEmpty();
    double seconds = report.path("seconds").asDouble();
    assertThat(report.path("perSecond").asDouble() * seconds)
        .isBetween(operations * 0.98 - 1, operations * 1.02 + 1);
    ordered(report.path("latencyMs"), operations);
    report.path("parts").forEach(part -> ordered(part, part.path("count").asLong()));
    assertThat(report.at("/server/cpuUsPerOperation").asDouble() * operations / 1_000)
        .isBetween(
            report.at("/server/cpuMs").asDouble() * 0.98 - 1,
            report.at("/server/cpuMs").asDouble() * 1.02 + 1);
    assertThat(report.at("/server/memoryPeakBytes").asLong())
        .isGreaterThanOrEqualTo(report.at("/server/memoryStartBytes").asLong())
        .isPositive();
    assertThat(report.at("/settings/instances").asInt()).isEqualTo(2);
    removed(report);
  }

  private static void ordered(JsonNode latency, long count) {
    assertThat(latency.path("count").asLong()).isEqualTo(count).isPositive();
    assertThat(latency.path("p50").asDouble()).isPositive();
    assertThat(latency.path("p95").asDouble())
        .isGreaterThanOrEqualTo(latency.path("p50").asDouble());
    assertThat(latency.path("p99").asDouble())
        .isGreaterThanOrEqualTo(latency.path("p95").asDouble());
    assertThat(latency.path("max").asDouble())
        .isGreaterThanOrEqualTo(latency.path("p99").asDouble());
  }

  private static void removed(JsonNode report) {
    JsonNode devices = report.path("devices");
    assertThat(devices.path("paired").asInt()).isPositive();
    assertThat(devices.path("removed").asInt()).isEqualTo(devices.path("paired").asInt());
    assertThat(devices.path("left").asInt()).isZero();
  }

  /** At a rate the number of operations is known before; who answers late does not lower it. */
  @Test
  void anOpenLoopMakesAsManyAsItsRateAndTimeSay() {
    assertThat(bench("calls --connections 4 --rate 150 --duration 1s")).as(cli.err()).isZero();
    assertThat(cli.json().path("operations").asLong()).isEqualTo(150);
  }

  @Test
  void everyDeliveryIsCounted() {
    assertThat(bench("approvals --approvers 4 --rate 20 --duration 1s")).as(cli.err()).isZero();
    assertThat(cli.json().path("operations").asLong()).isEqualTo(20);
    assertThat(cli.json().at("/parts/asked/count").asLong()).isEqualTo(20);
    assertThat(cli.json().at("/parts/decided/count").asLong()).isEqualTo(20);
    // Two events to four approvers; the requester may be told, too.
    assertThat(cli.json().at("/parts/deliveries/count").asLong()).isBetween(160L, 200L);
  }

  @Test
  void whatTheGatewayRefusesIsCountedByItsCode() {
    assertThat(bench("calls --method no.such.method --rate 40 --duration 1s"))
        .isEqualTo(ExitCodes.FAILED);
    JsonNode report = cli.json();
    assertThat(report.path("operations").asLong()).isZero();
    assertThat(report.path("failures").asLong()).isEqualTo(40);
    assertThat(report.at("/errors/INVALID_REQUEST").asLong()).isEqualTo(40);
    removed(report);
  }

  @Test
  void whoIsNotLetInIsToldWhy() {
    assertThat(bench("calls --token wrong --duration 1s")).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("a client could not connect").doesNotContain("wrong");
  }

  @Test
  void anEarlierReportIsPrintedBesideTheNewOne() throws IOException {
    assertThat(bench("calls --connections 2 --rate 50 --duration 500ms")).as(cli.err()).isZero();
    Path before = Files.writeString(home.resolve("before.json"), cli.out());
    double earlier = cli.json().path("perSecond").asDouble();
    assertThat(bench("calls --connections 2 --rate 100 --duration 500ms --compare " + before))
        .as(cli.err())
        .isZero();
    JsonNode comparison = cli.json().path("comparison");
    assertThat(comparison.at("/perSecond/before").asDouble()).isEqualTo(earlier);
    double later = cli.json().path("perSecond").asDouble();
    assertThat(comparison.at("/perSecond/after").asDouble()).isEqualTo(later);
    assertThat(comparison.at("/perSecond/ratio").asDouble())
        .isBetween(later / earlier - 0.01, later / earlier + 0.01);
    assertThat(
            cli.run(
                "bench",
                "calls",
                "--rate",
                "50",
                "--duration",
                "200ms",
                "--warmup",
                "0",
                "--compare",
                before.toString()))
        .as(cli.err())
        .isZero();
    assertThat(cli.out()).contains("FIGURE", "BEFORE", "AFTER", "RATIO", "per second");
  }

  /** As Ctrl-C does it. */
  @Test
  void whoEndsItEarlyLeavesNothing() throws Exception {
    List<Endpoint> endpoints =
        List.of(
            new Endpoint(URI.create(cluster.instance(0).url()), Cluster.TOKEN, null, null),
            new Endpoint(URI.create(cluster.instance(1).url()), Cluster.TOKEN, null, null));
    BenchPlan plan =
        new BenchPlan(
            BenchPlan.Workload.CALLS,
            new BenchPlan.Size(6, 0, 0),
            new Pace.Open(10),
            Duration.ofHours(1),
            Duration.ZERO,
            new BenchPlan.Subject("health", "{}", false, 0, 3));
    CountDownLatch begun = new CountDownLatch(1);
    Bench bench =
        new Bench(
            plan,
            endpoints,
            new Surroundings(
                BenchIT::device, null, () -> 0, "early", progress -> begun.countDown()));
    CompletableFuture<?> running = CompletableFuture.supplyAsync(bench::run);
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(cli.run("call", "device.pair.list", "--json")).isZero();
    assertThat(cli.out()).contains("krabkrab bench 5");
    bench.interrupt();
    assertThat(running.handle((report, failure) -> failure).get(60, TimeUnit.SECONDS))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(BenchException.class);
  }

  private static Device device() {
    DeviceIdentity identity = DeviceIdentity.fresh();
    return new Device() {
      @Override
      public String deviceId() {
        return identity.deviceId();
      }

      @Override
      public String publicKey() {
        return identity.publicKey();
      }

      @Override
      public String sign(String text) {
        return identity.sign(text);
      }
    };
  }
}
