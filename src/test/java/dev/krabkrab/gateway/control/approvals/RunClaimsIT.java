package dev.krabkrab.gateway.control.approvals;

import static dev.krabkrab.gateway.control.approvals.TestClient.REQUESTED;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Async;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protocol 02 §17.1: what an approval lets run. */
@Timeout(60)
class RunClaimsIT {
  private static final List<String> SHELL = List.of("/bin/sh", "-lc", "ls -l");

  private final RedisSettings redis = TestRedis.settings();
  private final TestInstance a = TestInstance.start("a", redis);
  private final TestInstance b = TestInstance.start("b", redis);
  private final Caller asker = TestInstance.callerOf("asker");

  @AfterEach
  void closeInstances() {
    a.close();
    b.close();
  }

  private void decide(String id, long timeoutMs, @Nullable String decision) {
    TestClient client = TestClient.connect(a, "asker");
    client.ask(id, "ls -l", timeoutMs);
    client.event(REQUESTED, id);
    if (decision != null) {
      client.decide(id, decision);
    }
  }

  private String claim(@Nullable String runId, Caller caller, String text, List<String> argv) {
    return code(get(b.service.claimForRun(runId, caller, "node", run(text, argv))));
  }

  private static ObjectNode run(String text, List<String> argv) {
    ObjectNode params = Json.object().put("rawCommand", text);
    params.set("command", Json.texts(argv));
    return params;
  }

  private static String code(ApprovalCheck check) {
    return check instanceof ApprovalCheck.Refused refused ? refused.code() : "granted";
  }

  @Test
  void allowOnceWorksOnceHoweverManyTry() {
    decide("once", 20_000, "allow-once");
    List<Future<ApprovalCheck>> tries =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    (i % 2 == 0 ? a : b)
                        .service.claimForRun("once", asker, "node", run("ls -l", SHELL)))
            .toList();

    assertThat(tries.stream().map(Async::get).map(RunClaimsIT::code))
        .filteredOn("granted"::equals)
        .hasSize(1);
    assertThat(claim("once", asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
  }

  @Test
  void allowAlwaysThatMadeNoRuleWorksOnce() {
    decide("always", 20_000, "allow-always");
    ApprovalCheck first =
        get(b.service.claimForRun("always", asker, "node", run("ls -l", List.of("ls", "-l"))));
    assertThat(first).isInstanceOf(ApprovalCheck.Granted.class);
    // The node keeps an allowlist of its own for clients of protocol 3.
    assertThat(((ApprovalCheck.Granted) first).decision()).isEqualTo("allow-once");
    assertThat(claim("always", asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
  }

  @Test
  void nothingWorksOnceItExpired() {
    decide("late", 5_000, "allow-once");
    org.awaitility.Awaitility.await()
        .until(() -> claim("late", asker, "rm", List.of("rm")).equals("APPROVAL_EXPIRED"));
    assertThat(claim("late", asker, "ls -l", SHELL)).isEqualTo("APPROVAL_EXPIRED");
  }

  @Test
  void onlyWhatWasAskedByWhoAsked() {
    decide("bound", 20_000, "allow-always");
    Caller other = TestInstance.callerOf("other");

    assertThat(claim("bound", other, "ls -l", SHELL)).isEqualTo("APPROVAL_DEVICE_MISMATCH");
    assertThat(claim("bound", asker, "rm", List.of("rm"))).isEqualTo("APPROVAL_REQUEST_MISMATCH");
    assertThat(claim("bound", asker, "ls -l", List.of("rm", "-rf")))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH");
    assertThat(claim("bound", asker, "ls -l", List.of("/bin/sh", "-c", "rm", "ls -l")))
        .isEqualTo("APPROVAL_REQUEST_MISMATCH");
    assertThat(claim("none", asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
  }

  /** The protocol 3 command line names no approval and quotes where there are blanks only. */
  @Test
  void whatTheCommandLineOfProtocol3WritesRuns() {
    List<String> argv = List.of("find", ".", "-name", "*.log", "-exec", "echo", "a b", "{}", ";");
    TestClient client = TestClient.connect(a, "asker");
    client.ask("line", "find . -name *.log -exec echo \"a b\" {} ;", 20_000);
    client.event(REQUESTED, "line");
    client.decide("line", "allow-once");
    ObjectNode params = Json.object().put("needsScreenRecording", false);
    params.set("command", Json.texts(argv));
    assertThat(code(get(b.service.claimForRun(null, asker, "node", params)))).isEqualTo("granted");
  }

  @Test
  void onlyWhatWasGranted() {
    decide("denied", 20_000, "deny");
    decide("open", 20_000, null);

    assertThat(claim("denied", asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
    assertThat(claim("open", asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
  }

  @Test
  void withoutRunIdItIsFoundByDeviceAndCommand() {
    assertThat(claim(null, asker, "ls -l", SHELL)).isEqualTo("MISSING_RUN_ID");
    decide("first", 20_000, "allow-once");
    decide("second", 20_000, "deny");

    assertThat(claim(null, TestInstance.callerOf("other"), "ls -l", SHELL))
        .isEqualTo("MISSING_RUN_ID");
    assertThat(claim(null, asker, "ls -l", SHELL)).isEqualTo("granted");
    assertThat(claim(null, asker, "ls -l", SHELL)).isEqualTo("UNKNOWN_APPROVAL_ID");
  }
}
