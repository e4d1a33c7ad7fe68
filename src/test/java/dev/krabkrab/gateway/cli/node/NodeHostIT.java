package dev.krabkrab.gateway.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as processes: what they get, what comes back, and that nothing stays behind. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NodeHostIT {
  private static final Executor OWN_THREAD = task -> Thread.ofVirtual().start(task);
  private static final int MOST = 450_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path home;

  private final List<String> events = new CopyOnWriteArrayList<>();
  private NodeHost host;

  @BeforeEach
  void make() {
    host = host("{\"version\":1,\"defaults\":{\"security\":\"full\"}}", 2);
  }

  private NodeHost host(String policy, int mostRuns) {
    return new NodeHost(
        new NodeHost.Settings(home, mostRuns, false),
        new Programs("/usr/local/bin:/usr/bin:/bin"),
        new RunEnvironment(
            Map.of("PATH", "/usr/bin:/bin", "KRABKRAB_GATEWAY_TOKEN", "s"), Set.of()),
        new PolicyFile(
            home.resolve("policy.json"),
            new MemoryStorage(policy),
            () -> UUID.randomUUID().toString()),
        () -> UUID.randomUUID().toString());
  }

  private ObjectNode run(String id, int timeoutMs, String... argv) {
    ObjectNode params = Json.object().put("timeoutMs", timeoutMs).put("runId", id);
    params.set("command", Json.texts(List.of(argv)));
    return host.answer(
        id,
        "system.run",
        Json.text(params),
        MOST,
        (event, payload) -> events.add(event + " " + payload));
  }

  private ObjectNode shell(String script) {
    return run("r", 60_000, "/bin/sh", "-c", script);
  }

  @Test
  void outputsAndExitCodeComeBack() {
    ObjectNode answer = shell("printf 'grün\\n'; echo err >&2; exit 3");
    assertThat(answer.path("stdout").asText()).isEqualTo("grün\n");
    assertThat(answer.path("stderr").asText()).isEqualTo("err\n");
    assertThat(answer.path("exitCode").asInt()).isEqualTo(3);
    assertThat(answer.path("success").asBoolean()).isFalse();
    assertThat(answer.path("timedOut").asBoolean()).isFalse();
    assertThat(answer.path("truncated").asBoolean()).isFalse();
    assertThat(answer.get("error").isNull()).isTrue();
    assertThat(events)
        .singleElement()
        .asString()
        .startsWith("exec.finished")
        .contains("\"exitCode\":3", "\"runId\":\"r\"", "grün");
  }

  @Test
  void wordsStayWords() {
    assertThat(run("r", 60_000, "printf", "%s|", "a b", "$(id)", "", "'").path("stdout").asText())
        .isEqualTo("a b|$(id)||'|");
  }

  @Test
  void thereIsNothingToReadAndNoSecretToSee() {
    assertThat(shell("cat; env").path("stdout").asText())
        .contains("PATH=/usr/bin:/bin")
        .doesNotContain("KRABKRAB");
  }

  @Test
  void aLongOutputKeepsItsBeginningAndItsEnd() {
    ObjectNode answer = shell("echo begin; yes | head -c 30000000; echo final");
    assertThat(answer.path("stdout").asText()).startsWith("begin\n").endsWith("final\n");
    assertThat(answer.path("stdout").asText().length()).isLessThan(CommandRun.MOST_OUTPUT);
    assertThat(answer.path("truncated").asBoolean()).isTrue();
    assertThat(RunOutcome.weight(answer)).isLessThanOrEqualTo(MOST);
  }

  /** One keeps to its parent, one leaves it for init, one leaves the session and its parent. */
  private String family() {
    return "sleep 300 & echo $! >> pids; (sleep 300 & echo $! >> pids) ; "
        + "setsid sh -c 'sleep 300 & echo $! >> pids; echo $$ >> pids; exec sleep 300' & "
        + "while [ \"$(wc -l < pids)\" -lt 4 ]; do sleep 0.05; done; ";
  }

  private List<Long> pids() {
    try {
      Path file = home.resolve("pids");
      return Files.exists(file)
          ? Files.readAllLines(file).stream().map(Long::parseLong).toList()
          : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertNoneIsLeft() {
    assertThat(pids()).hasSize(4);
    await().atMost(PATIENCE).until(() -> pids().stream().noneMatch(NodeHostIT::isRunning));
  }

  private static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void allOfItEndsWhenItsTimeIsOver() {
    ObjectNode answer = run("r", 3_000, "/bin/sh", "-c", family() + "sleep 300");
    assertThat(answer.path("timedOut").asBoolean()).as(answer.toString()).isTrue();
    assertThat(answer.has("exitCode")).isFalse();
    assertNoneIsLeft();
  }

  @Test
  void allOfItEndsWhenItIsCancelled() {
    CompletableFuture<ObjectNode> running =
        CompletableFuture.supplyAsync(
            () -> run("c", 120_000, "/bin/sh", "-c", family() + "sleep 300"), OWN_THREAD);
    await().atMost(PATIENCE).until(() -> pids().size() == 4);
    host.cancel("other");
    host.cancel("c");
    ObjectNode answer = running.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(answer.path("error").asText()).isEqualTo("aborted");
    assertNoneIsLeft();
  }

  @Test
  void whatACommandLeavesBehindEndsWithIt() {
    ObjectNode answer = shell(family() + "echo done");
    assertThat(answer.path("exitCode").asInt(-1)).isZero();
    assertThat(answer.path("stdout").asText()).isEqualTo("done\n");
    assertNoneIsLeft();
  }

  @Test
  void onlySoManyRunAtOnceAndAStopEndsThem() {
    List<CompletableFuture<ObjectNode>> running =
        List.of("a", "b").stream()
            .map(
                id ->
                    CompletableFuture.supplyAsync(
                        () -> run(id, 120_000, "sleep", "300"), OWN_THREAD))
            .toList();
    await().atMost(PATIENCE).until(() -> host.running() == 2);
    assertThatThrownBy(() -> shell("true")).hasMessageStartingWith("busy: 2 commands");
    assertThat(host.stop(Duration.ofMillis(10))).isTrue();
    for (CompletableFuture<ObjectNode> run : running) {
      assertThat(run.orTimeout(30, TimeUnit.SECONDS).join().path("error").asText())
          .isEqualTo("aborted");
    }
    assertThatThrownBy(() -> shell("true")).hasMessage("the node is stopping");
  }

  @Test
  void manyThatSayNothingKeepNobodyWaiting() {
    host = host("{\"version\":1,\"defaults\":{\"security\":\"full\"}}", 33);
    List<CompletableFuture<ObjectNode>> silent =
        IntStream.range(0, 32)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> run("s" + i, 120_000, "sleep", "300"), OWN_THREAD))
            .toList();
    await().atMost(PATIENCE).until(() -> host.running() == 32);
    CompletableFuture<ObjectNode> other =
        CompletableFuture.supplyAsync(() -> shell("echo hi"), OWN_THREAD);
    assertThat(other.orTimeout(30, TimeUnit.SECONDS).join().path("stdout").asText())
        .isEqualTo("hi\n");
    assertThat(host.stop(Duration.ZERO)).isTrue();
    assertThat(silent).allMatch(run -> run.orTimeout(30, TimeUnit.SECONDS).join().has("error"));
  }

  @Test
  void whatIsNotAllowedDoesNotRunAndIsTold() {
    host = host("{\"version\":1}", 1);
    assertThatThrownBy(() -> shell("touch ran")).hasMessage("SYSTEM_RUN_DENIED: approval required");
    host = host("{\"version\":1,\"defaults\":{\"security\":\"deny\"}}", 1);
    assertThatThrownBy(() -> shell("touch ran")).hasMessage("SYSTEM_RUN_DISABLED: security=deny");
    host = host("broken", 1);
    assertThatThrownBy(() -> shell("touch ran")).hasMessageContaining("policy.json");
    assertThat(home.resolve("ran")).doesNotExist();
    assertThat(events).hasSize(3).allMatch(event -> event.startsWith("exec.denied"));
  }

  @Test
  void programsAreFoundByTheirNames() {
    ObjectNode answer =
        host.answer(
            "w",
            "system.which",
            "{\"bins\":[\"sh\",\"no-such-program\",\"/bin/sh\",\"..\",\"\"]}",
            MOST,
            (event, payload) -> {});
    assertThat(answer.path("bins").properties()).hasSize(1);
    assertThat(Path.of(answer.at("/bins/sh").asText())).isExecutable();
    assertThatThrownBy(
            () -> host.answer("w", "system.which", "{\"bins\":[1]}", MOST, (event, payload) -> {}))
        .hasMessageStartingWith("bins:");
    assertThatThrownBy(() -> host.answer("x", "camera.snap", "{}", MOST, (event, payload) -> {}))
        .hasMessage("command not supported");
    assertThatThrownBy(() -> host.answer("x", "system.run", null, MOST, (event, payload) -> {}))
        .hasMessage("Error: INVALID_REQUEST: paramsJSON required");
  }
}
