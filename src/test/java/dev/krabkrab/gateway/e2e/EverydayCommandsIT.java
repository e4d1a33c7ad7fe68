package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.cli.ExitCodes;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line shows and changes every day: done on one instance, seen on another. */
@Timeout(120)
class EverydayCommandsIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ModelServer models = closing(new ModelServer());

  @TempDir private Path home;
  private Cli cli;
  private Cli other;

  @Override
  String config() {
    return config(models.document("words-2-1"));
  }

  @BeforeEach
  void user() {
    cli = new Cli(home, cluster.instance(0).url());
    other = cli.at(cluster.instance(1).url());
  }

  private static void ok(Cli cli, String... arguments) {
    assertThat(cli.run(arguments)).as(cli.err()).isEqualTo(ExitCodes.OK);
  }

  @Test
  void modelsAndSkillsAreListed() {
    ok(cli, "models");
    assertThat(cli.out()).contains("MODEL", "test/words-2-1", "yes");
    ok(other, "models", "--json");
    assertThat(other.json().path("models").isArray()).isTrue();
    ok(cli, "skills");
    assertThat(cli.out()).containsAnyOf("SKILL", "There is no skill in");
    ok(other, "skills", "--json");
    assertThat(other.json().path("skills").isArray()).isTrue();
  }

  @Test
  void aJobIsAddedListedChangedRunAndRemoved() {
    String name = "j-" + UUID.randomUUID();
    ok(
        cli,
        "cron",
        "add",
        "--name",
        name,
        "--cron",
        "30 9 1 1 *",
        "--tz",
        "Asia/Tokyo",
        "--message",
        "say something");
    assertThat(cli.out()).contains("Added " + name, "-01-01 09:30:00 Asia/Tokyo (in ");

    ok(other, "cron", "list");
    assertThat(other.out()).contains("30 9 1 1 *", "-01-01 09:30:00 Asia/Tokyo", "say something");
    ok(other, "cron", "run", name);
    assertThat(other.out()).contains("Ran: ok");
    ok(cli, "cron", "run", name, "--due");
    assertThat(cli.out()).contains("Not run: not-due.");

    ok(other, "cron", "edit", name, "--every", "2h", "--off");
    assertThat(other.out()).contains("Changed " + name, "not due");
    JsonNode job = job(name);
    assertThat(job.at("/schedule/everyMs").asLong()).isEqualTo(7_200_000);
    assertThat(job.at("/payload/message").asText()).isEqualTo("say something");
    assertThat(job.path("enabled").asBoolean()).isFalse();

    ok(cli, "cron", "rm", job.path("id").asText().substring(0, 13));
    assertThat(job(name).isMissingNode()).isTrue();
    assertThat(cli.run("cron", "rm", name)).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("no job is called " + name);
  }

  private JsonNode job(String name) {
    ok(cli, "cron", "list", "--json");
    return StreamSupport.stream(cli.json().path("jobs").spliterator(), false)
        .filter(job -> job.path("name").asText().equals(name))
        .findFirst()
        .orElse(Json.object().path("none"));
  }

  @Test
  void whatTheGatewayRefusesOfAJobIsSaidWithItsOption() {
    assertThat(cli.run("cron", "add", "--name", "x", "--cron", "zz", "--message", "m"))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("krabkrab: --cron: invalid configuration format ('zz')");
    assertThat(
            cli.run("cron", "add", "--name", "x", "--every", "2h", "--event", "e", "--agent", "no"))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("krabkrab: --agent: unknown agent id");
  }

  @Test
  void theLogOfAllInstancesIsOneAndIsFollowed() throws Exception {
    String marked = "log-" + UUID.randomUUID();
    Cli follower = cli.at(cluster.instance(1).url());
    Thread follow = Thread.ofVirtual().start(() -> follower.run("logs", "-f", "--grep", marked));
    Connect named = cluster.as(DeviceKeys.fresh(), 4).about("displayName", marked);
    Peer.connected(cluster.port(0), named.scopes("operator.read")).close();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(follower.out()).contains(marked));
    follow.interrupt();
    follow.join(20_000);
    assertThat(follow.isAlive()).isFalse();

    ok(cli, "logs", "--grep", marked, "--lines", "1000");
    assertThat(cli.out()).contains("HandshakeLog: ", " INFO ");
    ok(cli, "logs", "--grep", marked, "--lines", "1000", "--json");
    assertThat(cli.out().lines())
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(Json.parseObject(line).at("/_meta/logLevelName").asText()).isNotEmpty());
    ok(cli, "logs", "--grep", marked, "--lines", "1000", "--level", "error");
    assertThat(cli.out()).isEmpty();
    assertThat(cli.run("logs", "--level", "loud")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("--level: unknown level loud");
  }

  @Test
  void aDeviceIsRenamedAndRemovedFromAnyInstance() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect device = cluster.as(keys, 4).scopes("operator.read");
    try (Peer there = Peer.connected(cluster.port(0), device)) {
      ok(other, "devices", "rename", keys.id().substring(0, 16), "kitchen tablet");
      assertThat(other.out()).contains("Renamed " + keys.id() + " to kitchen tablet.");
      ok(cli, "devices", "list");
      assertThat(cli.out()).contains("kitchen tablet");
      ok(other, "devices", "remove", keys.id().substring(0, 16));
      assertThat(other.out()).contains("Removed " + keys.id() + ".");
      assertThat(there.closed()).isInstanceOf(RawSocket.Arrival.Closed.class);
    }
    ok(cli, "devices", "list");
    assertThat(cli.out()).doesNotContain("kitchen tablet");
    assertThat(cli.run("devices", "rename", keys.id(), " ")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("LABEL has 1 to 64 characters");
  }

  /** Without appendonly, as the Redis of tests is, it is not well. */
  @Test
  void theDoctorLooksAtRedisAndGateway() {
    RedisSettings redis = redis();
    Map<String, String> environment =
        Map.of(
            "KRABKRAB_GATEWAY_TOKEN",
            Cluster.TOKEN,
            "KRABKRAB_REDIS_URL",
            redis.endpoints().getFirst());
    int code = other.run(environment, "doctor", "--json");
    JsonNode checks = other.json().path("checks");
    assertThat(checks.findValuesAsText("name"))
        .contains("Java", "Redis", "Redis persistence", "Redis eviction", "Redis clock")
        .contains("Gateway", "Version", "Clock", "Models", "Channels");
    assertThat(code).as(other.out()).isBetween(0, 2);
    for (JsonNode check : checks) {
      if (List.of("Gateway", "Clock", "Models").contains(check.path("name").asText())) {
        assertThat(check.path("state").asText()).as(check.toString()).isEqualTo("ok");
      }
    }
  }

  @Test
  void whatWasDecidedIsInTheHistoryOfEveryInstance() {
    String command = "echo " + UUID.randomUUID();
    String id = "h-" + UUID.randomUUID();
    a.send(
        "exec.approval.request",
        Json.object().put("id", id).put("command", command).put("timeoutMs", 60_000));
    b.event("exec.approval.requested", event -> event.path("id").asText().equals(id));
    ok(other, "approvals", "resolve", id, "deny", "--reason", "not on Fridays");
    ok(cli, "approvals", "history");
    assertThat(cli.out()).contains(command, "deny", "not on Fridays");
    ok(other, "approvals", "history", "--limit", "1", "--json");
    assertThat(other.json().path("items")).hasSize(1);
  }
}
