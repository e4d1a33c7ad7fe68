package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the first device gets in where no client is local, as in Kubernetes. */
class PairingInRedisIT {
  private static Cluster cluster;

  @TempDir private Path home;

  @BeforeAll
  static void start() {
    cluster = Cluster.of(2, Cluster.TOKEN_CONFIG, Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void theFirstDeviceIsApprovedInRedisAndThenApprovesOthers() {
    Cli first = cli("first", 0);
    // Nobody gives away what he does not hold: the first one has to ask for everything.
    assertThat(first.run("devices", "list", "--scopes", "operator.admin")).isEqualTo(4);

    assertThat(inRedis("devices", "approve", "--latest", "--in-redis")).isZero();

    assertThat(first.at(cluster.instance(1).url()).run("devices", "list")).isZero();
    assertThat(first.run("audit", "list", "--action", "device.paired", "--json")).isZero();
    assertThat(first.json().at("/entries/0/actor/client").asText()).isEqualTo("cli");
    assertThat(first.json().at("/entries/0/instance").asText()).startsWith("admin-");
    Cli second = cli("second", 1);
    assertThat(second.run("status")).isEqualTo(4);
    assertThat(first.run("devices", "approve", "--latest")).isZero();
    assertThat(second.run("status")).isZero();
  }

  @Test
  void othersHearOfIt() {
    Connect watching = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    assertThat(inRedis("devices", "approve", request(watching), "--in-redis")).isZero();
    try (Peer watcher = Peer.connected(cluster.port(0), watching)) {
      String asked = request(Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN));

      assertThat(inRedis("devices", "approve", asked, "--in-redis")).isZero();

      JsonNode resolved =
          watcher.event(
              "device.pair.resolved", payload -> payload.path("requestId").asText().equals(asked));
      assertThat(resolved.path("decision").asText()).isEqualTo("approved");
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    Cli cli = cli("admin", 0);
    Map<String, String> dead = Map.of("KRABKRAB_REDIS_URL", "redis://:hidden@127.0.0.1:1");

    assertThat(cli.run(settings(), "devices", "approve", "no-such-request", "--in-redis"))
        .isEqualTo(1);
    assertThat(cli.err()).contains("unknown requestId");
    assertThat(cli.run(Map.of(), "devices", "approve", "x", "--in-redis")).isEqualTo(1);
    assertThat(cli.err()).contains("no address of a Redis is set");
    assertThat(cli.run(dead, "devices", "approve", "x", "--in-redis")).isEqualTo(1);
    assertThat(cli.err()).contains("Redis does not answer").doesNotContain("hidden");
  }

  /** Asks to be let in; the id of what then waits for approval. */
  private static String request(Connect connect) {
    try (Peer peer = Peer.open(cluster.port(1))) {
      return peer.connect(connect).at("/error/details/requestId").asText();
    }
  }

  private int inRedis(String... arguments) {
    Cli pod = cli("pod", 0);
    int result = pod.run(settings(), arguments);
    assertThat(result).as(pod.err()).isZero();
    return result;
  }

  private static Map<String, String> settings() {
    return Map.of(
        "KRABKRAB_REDIS_URL", cluster.redis().endpoints().getFirst(),
        "KRABKRAB_NAMESPACE", cluster.redis().namespace());
  }

  private Cli cli(String name, int instance) {
    return new Cli(home.resolve(name), cluster.instance(instance).url());
  }
}
