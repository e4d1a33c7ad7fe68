package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@code agent}, where a gateway says what is rare. */
class AgentCommandTest extends CommandCase {
  private static final String DONE =
      "{runId:'key-1',status:'ok',summary:'completed',result:{payloads:[{text:'a b\\u202e'}],"
          + "meta:{}}}";

  private final AtomicInteger asked = new AtomicInteger();

  @Override
  void answers(TestGateway to) {
    to.on("chat.abort", "{ok:true,aborted:true,runIds:['key-1']}")
        .on(
            "agent",
            params ->
                TestGateway.json(
                    asked.getAndIncrement() == 0 ? "{runId:'key-1',status:'accepted'}" : DONE))
        .on("agent.wait", params -> null);
  }

  private void awaitCall(String method) {
    await()
        .until(
            () ->
                gateway.requests.stream()
                    .anyMatch(request -> request.path("method").asText().equals(method)));
  }

  private void text(String text) {
    gateway.emit(
        "agent",
        "{runId:'key-1',sessionKey:'agent:main:main',stream:'assistant',data:{text:'"
            + text
            + "'}}");
  }

  @Test
  void approvalsItWaitsForAreSaidAndHostileTextIsEscaped() throws Exception {
    Thread run = Thread.ofVirtual().start(() -> cli.run("agent", "do it"));
    awaitCall("agent.wait");
    text("a ");
    for (String session : new String[] {"agent:main:other", "agent:main:main"}) {
      gateway.emit(
          "exec.approval.requested",
          "{id:'"
              + session
              + "',request:{command:'ls\\u202e',host:'node',nodeId:'n1',sessionKey:'"
              + session
              + "'}}");
    }
    await().untilAsserted(() -> assertThat(cli.err()).contains("waiting for an approval"));
    assertThat(cli.err())
        .contains("waiting for an approval: ls\\u202e [node n1]; decide with: krabkrab approvals")
        .contains("resolve agent:main:main allow-once|deny")
        .doesNotContain("agent:main:other");
    gateway.emit(
        "exec.approval.resolved", "{id:'agent:main:main',decision:'deny',resolvedBy:'Ann\\u202e'}");
    await().untilAsserted(() -> assertThat(cli.err()).contains("decided: deny by Ann\\u202e"));
    text("a b\\u202e");
    await().untilAsserted(() -> assertThat(cli.out()).isEqualTo("a b\\u202e"));
    gateway.sockets.getFirst().close((short) 1012, "service restart");
    run.join(20_000);
    assertThat(run.isAlive()).isFalse();
    assertThat(cli.out()).isEqualTo("a b\\u202e\n");
    assertThat(asked).hasValue(2);
  }

  @Test
  void interruptedItEndsTheRun() throws Exception {
    AtomicInteger code = new AtomicInteger(-1);
    Thread run = Thread.ofPlatform().start(() -> code.set(cli.run("agent", "do it", "--json")));
    awaitCall("agent.wait");
    run.interrupt();
    run.join(20_000);
    assertThat(code).hasValue(ExitCodes.INTERRUPTED);
    assertThat(Json.parse(cli.out()).path("status").asText()).isEqualTo("interrupted");
    assertThat(gateway.requests.getLast().path("method").asText()).isEqualTo("chat.abort");
    assertThat(lastParams().path("runId").asText()).isEqualTo("key-1");
  }

  @Test
  void theMessageMayComeFromStandardInput() {
    asked.set(1);
    assertThat(cli.input("from a pipe\n").run("agent", "-", "--agent", "ops")).isZero();
    assertThat(lastParams().path("message").asText()).isEqualTo("from a pipe\n");
    assertThat(lastParams().path("sessionKey").asText()).isEqualTo("agent:ops:main");
    assertThat(lastParams().path("agentId").asText()).isEqualTo("ops");
    assertThat(cli.out()).isEqualTo("a b\\u202e\n");
    assertThat(cli.input("").run("agent", "-")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("MESSAGE is empty");
  }
}
