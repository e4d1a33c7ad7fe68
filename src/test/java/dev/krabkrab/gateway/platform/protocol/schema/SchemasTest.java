package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schemas SCHEMAS = Schemas.load();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          node.describe | {} | must have required property 'nodeId'
          node.describe | {"nodeId":"a","b":1} | at root: unexpected property 'b'
          node.describe | "text" | must be object
          node.describe | [] | must be object
          node.invoke | {"nodeId":"","command":"x","zzz":1} | must have required property \
          'idempotencyKey'; at root: unexpected property 'zzz'; \
          at /nodeId: must NOT have fewer than 1 characters
          node.invoke | {"z":1,"a":2,"timeoutMs":-1} | must have required property 'nodeId'; \
          must have required property 'command'; must have required property 'idempotencyKey'; \
          at root: unexpected property 'z'; at root: unexpected property 'a'; \
          at /timeoutMs: must be >= 0
          talk.mode | {"phase":1,"enabled":"yes"} | at /enabled: must be boolean; \
          at /phase: must be string
          node.event | {"event":"e","payloadJSON":null} | at /payloadJSON: must be string
          chat.history | {"sessionKey":"s","limit":1001} | at /limit: must be <= 1000
          logs.tail | {"limit":5001} | at /limit: must be <= 5000
          exec.approval.request | {"command":"x","timeoutMs":0} | at /timeoutMs: must be >= 1
          logs.tail | {"limit":1.5} | at /limit: must be integer
          poll | {"to":"a","question":"q","options":["x"],"idempotencyKey":"k"} | \
          at /options: must NOT have fewer than 2 items
          device.token.rotate | {"deviceId":"d","role":"r","scopes":["a","",5]} | \
          at /scopes/1: must NOT have fewer than 1 characters; at /scopes/2: must be string
          wake | {"mode":"never","text":"t"} | at /mode: must be equal to constant; \
          at /mode: must match a schema in anyOf
          exec.approvals.set | {"file":{"version":2}} | at /file/version: must be equal to constant
          exec.approvals.set | {"file":{"version":1,"agents":{"main":{"allowlist":[{}]}}}} | \
          at /file/agents/main/allowlist/0: must have required property 'pattern'
          exec.approvals.set | {"file":{"version":1,"agents":{"main":{"NAME":1}}}} | \
          at /file/agents/main: unexpected property 'NAME'
          cron.update | {} | must have required property 'id'; must have required property \
          'patch'; must have required property 'jobId'; must match a schema in anyOf
          cron.remove | {} | must have required property 'id'; must have required property \
          'jobId'; must match a schema in anyOf
          """)
  void problemsAreWordedAndOrderedAsOnTheWire(String method, String params, String expected)
      throws Exception {
    assertThat(SCHEMAS.problems(method, json(params), 3)).contains(expected);
  }

  @Test
  void aNullableTextNamesBothBranches() throws Exception {
    var params = JSON.createObjectNode().put("key", "k").put("label", "x".repeat(65));
    assertThat(SCHEMAS.problems("sessions.patch", params, 3))
        .contains(
            "at /label: must NOT have more than 64 characters; at /label: must be null; "
                + "at /label: must match a schema in anyOf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "[]", "\"s\""})
  void aFrameIsAnObject(String frame) throws Exception {
    assertThat(SCHEMAS.frameProblems(json(frame), 3)).contains("must be object");
  }

  @Test
  void anEventIsNoRequestFrame() throws Exception {
    assertThat(SCHEMAS.frameProblems(json("{\"type\":\"event\",\"event\":\"x\"}"), 3))
        .contains(
            "must have required property 'id'; must have required property 'method'; "
                + "at root: unexpected property 'event'; at /type: must be equal to constant");
  }

  @Test
  void framesMayCarryATraceparent() throws Exception {
    var frame = json("{\"type\":\"req\",\"id\":\"1\",\"method\":\"m\",\"traceparent\":\"00-\"}");
    assertThat(SCHEMAS.frameProblems(frame, 4)).isEmpty();
    assertThat(SCHEMAS.frameProblems(frame, 3)).isEmpty();
    var long4 = frame.toString().replace("00-", "0".repeat(129));
    assertThat(SCHEMAS.frameProblems(json(long4), 3)).isPresent();
    assertThat(SCHEMAS.frameProblems(json(long4), 4)).isPresent();
    var other = frame.toString().replace("traceparent", "tracestate");
    assertThat(SCHEMAS.frameProblems(json(other), 3))
        .contains("at root: unexpected property 'tracestate'");
  }

  @Test
  void connectNamesWhatIsMissing() {
    assertThat(SCHEMAS.connectProblems(NullNode.getInstance(), 3))
        .contains(
            "must have required property 'minProtocol'; must have required property "
                + "'maxProtocol'; must have required property 'client'");
  }

  @Test
  void connectTakesAnyClientIdAndModeUpTo128Characters() throws Exception {
    assertThat(SCHEMAS.connectProblems(connect("ios-node", "operator"), 3)).isEmpty();
    assertThat(SCHEMAS.connectProblems(connect("\uD83E\uDD80".repeat(128), "m"), 3)).isEmpty();
    assertThat(SCHEMAS.connectProblems(connect("a", "m".repeat(129)), 3))
        .contains("at /client/mode: must NOT have more than 128 characters");
  }

  @Test
  void newerConnectFieldsNeedProtocol4() throws Exception {
    var params =
        json(
            """
            {"minProtocol":3,"maxProtocol":4,"client":{"id":"cli","version":"1","platform":"x",
             "mode":"cli","buildId":"b","timeZone":"UTC"},
             "auth":{"deviceToken":"d","bootstrapToken":"b"},"workerRuns":{},"future":1}
            """);
    assertThat(SCHEMAS.connectProblems(params, 4)).isEmpty();
    assertThat(SCHEMAS.connectProblems(params, 3))
        .contains(
            "at root: unexpected property 'workerRuns'; at root: unexpected property 'future'; "
                + "at /client: unexpected property 'buildId'; "
                + "at /client: unexpected property 'timeZone'; "
                + "at /auth: unexpected property 'deviceToken'; "
                + "at /auth: unexpected property 'bootstrapToken'");
  }

  @Test
  void protocol4FallsBackToProtocol3WithoutItsClosedObjects() throws Exception {
    var params = json("{\"sessionKey\":\"s\",\"limit\":0,\"maxChars\":5}");
    assertThat(SCHEMAS.problems("chat.history", params, 4)).contains("at /limit: must be >= 1");
    assertThat(SCHEMAS.problems("chat.history", params, 3))
        .contains("at root: unexpected property 'maxChars'; at /limit: must be >= 1");
  }

  @Test
  void protocol4KnowsTheTwoPhaseApprovalRequest() throws Exception {
    var params = json("{\"commandArgv\":[\"ls\"],\"twoPhase\":true,\"host\":\"node\"}");
    assertThat(SCHEMAS.problems("exec.approval.request", params, 4)).isEmpty();
    assertThat(
            SCHEMAS.problems(
                "exec.approval.request", json("{\"commandArgv\":[1],\"twoPhase\":1}"), 4))
        .contains("at /commandArgv/0: must be string; at /twoPhase: must be boolean");
    assertThat(SCHEMAS.problems("exec.approval.request", params, 3))
        .contains(
            "must have required property 'command'; at root: unexpected property 'commandArgv'; "
                + "at root: unexpected property 'twoPhase'");
  }

  @Test
  void absentAndNullParamsAreAnEmptyObject() {
    assertThat(SCHEMAS.problems("node.list", null, 3)).isEmpty();
    assertThat(SCHEMAS.problems("node.list", NullNode.getInstance(), 4)).isEmpty();
    assertThat(SCHEMAS.normalized("node.list", null)).isEqualTo(JSON.createObjectNode());
  }

  @Test
  void methodsWithoutASchemaTakeAnything() throws Exception {
    assertThat(SCHEMAS.has("system-event")).isFalse();
    assertThat(SCHEMAS.has("_connect")).isFalse();
    assertThat(SCHEMAS.problems("system-event", json("[1]"), 3)).isEmpty();
    assertThat(SCHEMAS.problems("_connect", json("[1]"), 3)).isEmpty();
  }

  @Test
  void namesHoldTheMethodsOfBothProtocolsAndOurOwn() {
    assertThat(SCHEMAS.names())
        .hasSize(97)
        .contains("send", "exec.approval.list", "audit.list", "device.bootstrap.create")
        .noneMatch(name -> name.startsWith("_"))
        .allMatch(SCHEMAS::has);
  }

  @Test
  void theTextOfALargeBrokenFrameIsBounded() {
    var params = JSON.createObjectNode();
    for (int i = 0; i < 50_000; i++) {
      params.put("k" + i, i);
    }
    assertThat(SCHEMAS.problems("node.list", params, 3).orElseThrow())
        .startsWith("at root: unexpected property 'k0'; at root: unexpected property 'k1'")
        .hasSizeLessThan(20_000);
  }

  @Test
  void namesInAPathAreEscaped() throws Exception {
    var params = json("{\"skillKey\":\"s\",\"env\":{\"a/b~c\":1}}");
    assertThat(SCHEMAS.problems("skills.update", params, 3))
        .contains("at /env/a~1b~0c: must be string");
  }

  private static JsonNode connect(String id, String mode) throws JsonProcessingException {
    return json(
        """
        {"minProtocol":3,"maxProtocol":3,
         "client":{"id":"%s","version":"1","platform":"linux","mode":"%s"}}
        """
            .formatted(id, mode));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  @Test
  void aNumberBeyondDoubleIsRefusedLikeAnyOther() {
    var params = Json.tryParse("{\"baseHash\":\"h\",\"file\":{\"version\":-1e400}}");
    assertThat(Schemas.load().problems("exec.approvals.set", params, 3))
        .contains("at /file/version: must be equal to constant");
  }
}
