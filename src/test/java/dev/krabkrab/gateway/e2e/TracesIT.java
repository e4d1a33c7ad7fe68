package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.OtlpCollector.Arrived;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One trace from frame to reply over two instances, as a collector gets it. */
class TracesIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLER + "-01";

  private final DeviceKeys machine = DeviceKeys.fresh();
  private OtlpCollector collector;

  @BeforeEach
  void listen() throws IOException {
    collector = OtlpCollector.start();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  @Test
  void anInvokeOfANodeElsewhereIsOneTrace() {
    try (Cluster cluster = traced(collector.endpoint());
        Peer asker = cluster.admin(0);
        Peer node = node(cluster.port(1))) {
      JsonNode answer = invoke(asker, node, TRACEPARENT);
      assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();

      Arrived call = collector.span("rpc node.invoke", span -> true);
      assertThat(call.trace()).isEqualTo(TRACE);
      assertThat(call.parent()).isEqualTo(CALLER);
      assertThat(call.attribute("rpc.method")).isEqualTo("node.invoke");
      assertThat(call.attribute("krabkrab.outcome")).isEqualTo("ok");
      assertThat(call.attribute("krabkrab.connection")).isNotEmpty();
      assertThat(call.attribute("krabkrab.device")).hasSize(64);
      Arrived sent = message("send", "InvokeSend");
      Arrived received = message("receive", "InvokeSend");
      Arrived answered = message("send", "InvokeResult");
      Arrived back = message("receive", "InvokeResult");
      List<Arrived> path = List.of(call, sent, received, answered, back);
      assertThat(path).allMatch(span -> span.trace().equals(TRACE));
      for (int i = 1; i < path.size(); i++) {
        assertThat(path.get(i).parent()).isEqualTo(path.get(i - 1).id());
      }
      assertThat(List.of(sent.instance(), back.instance())).containsOnly(call.instance());
      assertThat(received.instance()).isEqualTo(answered.instance()).isNotEqualTo(call.instance());
    }
  }

  @Test
  void anApprovalIsOneTraceAndItsDecisionPointsThere() {
    try (Cluster cluster = traced(collector.endpoint());
        Peer asker = cluster.admin(0);
        Peer decider = cluster.admin(1)) {
      asker
          .socket()
          .send(
              RawSocket.text(
                  traced(
                      asker.request(
                          "exec.approval.request",
                          Json.tryParse("{\"id\":\"a1\",\"command\":\"ls\",\"timeoutMs\":20000}"),
                          "q1"),
                      TRACEPARENT)));
      decider.event("exec.approval.requested");
      decider.ok("exec.approval.resolve", "{\"id\":\"a1\",\"decision\":\"deny\"}");
      asker.answer("q1");

      Arrived call = collector.span("rpc exec.approval.request", span -> true);
      assertThat(call.trace()).isEqualTo(TRACE);
      Arrived told = message("receive", "ApprovalRequested");
      assertThat(told.trace()).isEqualTo(TRACE);
      assertThat(told.instance()).isNotEqualTo(call.instance());
      Arrived resolve = collector.span("rpc exec.approval.resolve", span -> true);
      assertThat(resolve.trace()).isNotEqualTo(TRACE);
      assertThat(resolve.links()).containsExactly(TRACE);
      Arrived ended = message("receive", "ApprovalEnded");
      assertThat(ended.trace()).isEqualTo(resolve.trace());
      assertThat(ended.instance()).isEqualTo(call.instance());
    }
  }

  @Test
  void aMalformedTraceparentIsIgnored() {
    try (Cluster cluster = traced(collector.endpoint());
        Peer asker = cluster.admin(0)) {
      List<String> bad =
          List.of(
              "00-" + "0".repeat(32) + "-" + CALLER + "-01",
              "ff-" + TRACE + "-" + CALLER + "-01",
              TRACEPARENT.substring(3),
              "");
      for (int i = 0; i < bad.size(); i++) {
        String id = "b" + i;
        String frame = asker.request("voicewake.get", Json.object(), id);
        asker.socket().send(RawSocket.text(traced(frame, bad.get(i))));
        assertThat(asker.answer(id).path("ok").asBoolean()).isTrue();
      }
      List<Arrived> roots = rootsOf("rpc voicewake.get", bad.size());
      assertThat(roots).allMatch(span -> span.parent().isEmpty());
      assertThat(roots.stream().map(Arrived::trace).distinct()).hasSize(bad.size());
      assertThat(roots).noneMatch(span -> span.trace().equals(TRACE));
    }
  }

  @Test
  void aCollectorThatIsAwayFailsAndSlowsNothing() {
    String nobody = collector.endpoint();
    collector.close();
    try (Cluster cluster = traced(nobody);
        Peer asker = cluster.admin(0)) {
      long from = System.nanoTime();
      // More than the queue of the exporter holds.
      for (int i = 0; i < 3_000; i++) {
        asker.ok("voicewake.get", "{}");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(45));
    }
  }

  @Test
  void nothingIsExportedUnlessAskedFor() {
    try (Cluster silent = Cluster.of(1, Cluster.TOKEN_CONFIG);
        Peer asker = silent.admin(0)) {
      String frame = asker.request("voicewake.get", Json.object(), "t");
      asker.socket().send(RawSocket.text(traced(frame, TRACEPARENT)));
      assertThat(asker.answer("t").path("ok").asBoolean()).isTrue();
    }
    // What runs beside it, and is over with its last spans sent, proves that the wait is long
    // enough.
    try (Cluster loud = traced(collector.endpoint());
        Peer other = loud.admin(0)) {
      other.ok("voicewake.get", "{}");
    }
    collector.span("rpc voicewake.get", span -> true);
    assertThat(collector.spans()).noneMatch(span -> span.trace().equals(TRACE));
  }

  private List<Arrived> rootsOf(String name, int count) {
    return Awaitility.await()
        .until(
            () -> collector.spans().stream().filter(span -> span.name().equals(name)).toList(),
            found -> found.size() == count);
  }

  private Arrived message(String what, String kind) {
    return collector.span(
        "backplane " + what, span -> span.attribute("krabkrab.message").equals(kind));
  }

  private JsonNode invoke(Peer asker, Peer node, String traceparent) {
    ObjectNode params =
        Json.object()
            .put("nodeId", machine.id())
            .put("command", "system.which")
            .put("idempotencyKey", "k1");
    asker
        .socket()
        .send(RawSocket.text(traced(asker.request("node.invoke", params, "i1"), traceparent)));
    String id = node.event("node.invoke.request").path("id").asText();
    ObjectNode result = Json.object().put("id", id).put("nodeId", machine.id()).put("ok", true);
    node.ok("node.invoke.result", Json.text(result));
    return asker.answer("i1");
  }

  private static String traced(String frame, String traceparent) {
    return Json.text(Json.parseObject(frame).put("traceparent", traceparent));
  }

  private static Cluster traced(String endpoint) {
    return Cluster.of(
        2, Cluster.TOKEN_CONFIG, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint + "/"));
  }

  private Peer node(int port) {
    return Peer.connected(
        port,
        Connect.node(3)
            .device(machine)
            .token(Cluster.TOKEN)
            .with("caps", "system")
            .with("commands", "system.which"));
  }
}
