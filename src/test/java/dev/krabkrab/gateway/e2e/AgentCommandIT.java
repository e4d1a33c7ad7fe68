package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.cli.ExitCodes;
import dev.krabkrab.gateway.cli.Main;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code krabkrab agent} against two instances. */
@Timeout(120)
class AgentCommandIT extends TwoInstances {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ModelServer models = closing(new ModelServer());

  @TempDir private Path home;
  private Cli cli;
  private String session;

  @Override
  String config() {
    return config(models.document("asked"));
  }

  @BeforeEach
  void user() {
    session = "agent:main:" + UUID.randomUUID();
    cli = new Cli(home, cluster.instance(0).url());
  }

  private static CompletableFuture<Integer> run(Cli cli, String... arguments) {
    return CompletableFuture.supplyAsync(() -> cli.run(arguments));
  }

  private static int end(CompletableFuture<Integer> run) throws Exception {
    return run.get(60, TimeUnit.SECONDS);
  }

  private long runs() {
    return b
        .ok("chat.history", Json.text(Json.object().put("sessionKey", session)))
        .path("messages")
        .findValuesAsText("role")
        .stream()
        .filter("user"::equals)
        .count();
  }

  @Test
  void theAnswerIsPrintedAsItComes() throws Exception {
    CompletableFuture<Integer> run = run(cli, "agent", "20-200", "--session", session);
    await().atMost(PATIENCE).until(() -> cli.out().contains("w1 "));
    assertThat(run).isNotDone();
    assertThat(end(run)).as(cli.err()).isEqualTo(ExitCodes.OK);
    assertThat(cli.out()).startsWith("w0 w1 w2 ").endsWith("w18 w19 \n");
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void jsonIsOneObjectAtTheEnd() {
    assertThat(cli.run("agent", "3-1", "--session", session, "--json")).isEqualTo(ExitCodes.OK);
    assertThat(cli.out().lines()).hasSize(1);
    JsonNode object = cli.json();
    assertThat(object.path("status").asText()).isEqualTo("ok");
    assertThat(object.path("text").asText().strip()).isEqualTo("w0 w1 w2");
    assertThat(object.path("sessionKey").asText()).isEqualTo(session);
    assertThat(object.at("/meta/agentMeta/model").asText()).isEqualTo("asked");
  }

  @Test
  void aKeyThatWasUsedRepeatsTheAnswerElsewhereAndRunsNothing() {
    String[] asked = {"agent", "2-1", "--session", session, "--idempotency-key", session};
    assertThat(cli.run(asked)).isEqualTo(ExitCodes.OK);
    Cli other = cli.at(cluster.instance(1).url());
    assertThat(other.run(asked)).isEqualTo(ExitCodes.OK);
    assertThat(other.out().strip()).isEqualTo("w0 w1");
    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void aLostConnectionIsMadeAgainToAnotherInstanceAndTheRunIsOne() throws Exception {
    try (Detour way = new Detour(cluster.port(0))) {
      Cli roaming = cli.at(way.url());
      CompletableFuture<Integer> run = run(roaming, "agent", "30-150", "--session", session);
      await().atMost(PATIENCE).until(() -> roaming.out().contains("w2 "));
      way.cutAndTurnTo(cluster.port(1));
      assertThat(end(run)).as(roaming.err()).isEqualTo(ExitCodes.OK);
      assertThat(roaming.err()).contains("trying again in");
      assertThat(roaming.out().strip()).startsWith("w0 w1 w2 w3").endsWith("w28 w29");
      assertThat(roaming.out().split("w5 ", -1)).hasSize(2);
      assertThat(runs()).isEqualTo(1);
    }
  }

  @Test
  void whoEndsTheRunElsewhereEndsTheCommandWithACodeOfItsOwn() throws Exception {
    CompletableFuture<Integer> run = run(cli, "agent", "10000-20", "--session", session);
    await().atMost(PATIENCE).until(() -> cli.out().contains("w1 "));
    b.ok("chat.abort", Json.text(Json.object().put("sessionKey", session)));
    assertThat(end(run)).isEqualTo(ExitCodes.ABORTED);
    assertThat(cli.err()).contains("the run was ended before it was done");
  }

  @Test
  void theEndOfTheTimeEndsTheRun() {
    assertThat(cli.run("agent", "10000-20", "--session", session, "--timeout", "3s", "--json"))
        .isEqualTo(ExitCodes.TIMEOUT);
    assertThat(cli.json().path("status").asText()).isEqualTo("timeout");
    ended(cli.json().path("runId").asText());
  }

  /** The model is no longer asked, and the run is over on every instance. */
  private void ended(String runId) {
    ObjectNode wait = Json.object().put("runId", runId).put("timeoutMs", 30_000);
    JsonNode waited = b.ok("agent.wait", Json.text(wait));
    assertThat(waited.path("status").asText()).isEqualTo("error");
    assertThat(waited.path("error").asText()).isEqualTo("aborted");
  }

  @Test
  void aProcessThatIsToldToEndEndsTheRun() throws Exception {
    String runId = "r-" + UUID.randomUUID();
    Process process =
        process("agent", "10000-20", "--session", session, "--idempotency-key", runId);
    try {
      await().atMost(PATIENCE).until(() -> Files.readString(home.resolve("out")).contains("w1 "));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isGreaterThan(128);
    } finally {
      process.destroyForcibly();
    }
    assertThat(home.resolve("err")).content().contains("interrupted; the run is ended");
    ended(runId);
  }

  private Process process(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    builder.command().addAll(List.of(arguments));
    builder.environment().put("KRABKRAB_GATEWAY_URL", cluster.instance(0).url());
    builder.environment().put("KRABKRAB_GATEWAY_TOKEN", Cluster.TOKEN);
    File out = Files.createFile(home.resolve("out")).toFile();
    return builder.redirectOutput(out).redirectError(home.resolve("err").toFile()).start();
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingIsSent() {
    assertThat(cli.run("agent", " ")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("MESSAGE is empty");
    assertThat(cli.run("agent", "hi", "--agent", "nobody")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("unknown agent id \"nobody\"");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void aRunThatFailsIsAFailureOfTheCommand() {
    a.ok("sessions.patch", Json.text(Json.object().put("key", session).put("model", "test/wrong")));
    assertThat(cli.run("agent", "hi", "--session", session)).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("krabkrab: the run failed: ");
    assertThat(cli.run("agent", "hi", "--session", session, "--json")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.json().path("status").asText()).isEqualTo("error");
    assertThat(cli.json().path("error").asText()).isNotEmpty();
  }
}
