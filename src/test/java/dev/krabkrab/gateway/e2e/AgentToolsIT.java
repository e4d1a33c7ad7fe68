package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.agent.skills.SkillArchive;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What agents do besides talking: the agent is on one instance, the phone it asks on another one.
 * Protocol 02 §13.
 */
@Timeout(120)
class AgentToolsIT extends TwoInstances {
  private static final String PICTURE = "/9j/4AAQSkZJRg==";

  private final Vertx vertx = Vertx.vertx();
  private final DeviceKeys phoneKeys = DeviceKeys.fresh();
  private final ModelServer models = closing(new ModelServer());
  private Peer phone;
  private final int pagePort =
      vertx
          .createHttpServer()
          .requestHandler(
              request -> request.response().putHeader("content-type", "text/plain").end("a page"))
          .listen(0, "127.0.0.1")
          .await()
          .actualPort();
  @TempDir private static Path folder;

  @Override
  String config() {
    return config(
        ",nodes:{denyCommands:['camera.clip']}",
        "tools:{httpFetch:{allow:['http://127.0.0.1:"
            + pagePort
            + "']}},"
            + models.document("words-2-5", 1));
  }

  @Override
  Map<String, String> environment() throws IOException {
    Path skills =
        SkillArchive.write(
            folder.resolve("skills.zip"),
            Map.of(
                "tea/SKILL.md",
                "---\nname: tea\ndescription: When somebody is thirsty\n---\nBoil water.\n",
                "gold/SKILL.md",
                "---\n"
                    + "name: gold\n"
                    + "metadata: {krabkrab: {requires: {bins: [no-such-program]}}}\n"
                    + "---\n"));
    return Map.of("KRABKRAB_SKILLS_DIR", skills.toString());
  }

  @BeforeAll
  void connectPhone() {
    phone =
        Peer.connected(
            cluster.port(1),
            Connect.node(3)
                .device(phoneKeys)
                .token(Cluster.TOKEN)
                .about("platform", "ios", "displayName", "Phone")
                .with(
                    "commands",
                    "camera.snap",
                    "camera.clip",
                    "screen.record",
                    "location.get",
                    "canvas.eval",
                    "canvas.snapshot",
                    "system.notify"));
  }

  @AfterAll
  void stop() {
    phone.close();
    vertx.close().await();
  }

  private String use(String tool, ObjectNode arguments) {
    String id = UUID.randomUUID().toString();
    String key = "agent:main:" + id;
    a.ok(
        "sessions.patch",
        Json.text(Json.object().put("key", key).put("model", "test/tool-" + tool)));
    a.ok(
        "chat.send",
        Json.text(
            Json.object()
                .put("sessionKey", key)
                .put("message", Json.text(arguments))
                .put("idempotencyKey", id)));
    return id;
  }

  private String answer(String runId) {
    return b.finalText(runId);
  }

  private JsonNode invoked(String command, ObjectNode payload) {
    JsonNode request =
        phone.event("node.invoke.request", event -> event.path("command").asText().equals(command));
    phone.frames().removeIf(frame -> frame.path("event").asText().equals("node.invoke.request"));
    ObjectNode result = NodeDouble.result(request, phoneKeys.id(), Json.text(payload));
    phone.ok("node.invoke.result", Json.text(result));
    return Json.parseObject(request.path("paramsJSON").asText());
  }

  private List<JsonNode> history(String runId) {
    JsonNode payload = a.ok("chat.history", "{\"sessionKey\":\"agent:main:" + runId + "\"}");
    return StreamSupport.stream(payload.path("messages").spliterator(), false).toList();
  }

  @Test
  void aPictureIsShownToTheModel() {
    String id = use("camera", Json.object().put("action", "snap").put("facing", "back"));
    JsonNode params =
        invoked(
            "camera.snap",
            Json.object().put("format", "jpg").put("base64", PICTURE).put("width", 8));
    assertThat(params)
        .isEqualTo(
            Json.parseObject(
                "{\"facing\":\"back\",\"maxWidth\":1280,\"quality\":0.8,\"format\":\"jpg\"}"));
    assertThat(answer(id)).startsWith("it said: A picture of 10 bytes");
    assertThat(Json.text(models.requests().getLast()))
        .contains("data:image/jpeg;base64," + PICTURE);
    JsonNode kept = history(id).get(2);
    assertThat(kept.at("/content/1/data").asText()).isEqualTo(PICTURE);
    assertThat(kept.at("/details/width").asInt()).isEqualTo(8);
  }

  @Test
  void whatTheDocumentForbidsIsNotAskedFor() {
    assertThat(answer(use("camera", Json.object().put("action", "clip"))))
        .isEqualTo("it said: no connected node offers camera.clip");
    assertThat(answer(use("camera", Json.object().put("action", "fly"))))
        .isEqualTo("it said: action must be one of: snap, list, clip");
    assertThat(answer(use("notify", Json.object().put("body", "x"))))
        .isEqualTo("it said: no connected node offers system.notify");
  }

  @Test
  void aRecordingIsKeptForPeople() throws Exception {
    String id = use("screen", Json.object().put("node", "phone").put("durationMs", 999_999));
    JsonNode params =
        invoked("screen.record", Json.object().put("format", "mp4").put("base64", "AAAA"));
    assertThat(params.path("durationMs").asInt()).isEqualTo(60_000);
    String said = answer(id);
    assertThat(said).contains("3 bytes of mp4");
    String path = history(id).get(2).at("/details/path").asText();
    assertThat(path).startsWith("/media/").endsWith(".mp4");
    java.net.http.HttpResponse<byte[]> file =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + cluster.port(1) + path))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofByteArray());
    assertThat(file.body()).hasSize(3);
  }

  @Test
  void aPlaceAndACanvasAreAskedFor() {
    String id = use("location", Json.object().put("desiredAccuracy", "coarse").put("spy", true));
    JsonNode params = invoked("location.get", Json.object().put("lat", 48.1).put("lon", 11.5));
    assertThat(params.path("desiredAccuracy").asText()).isEqualTo("coarse");
    assertThat(params.has("spy")).isFalse();
    assertThat(answer(id)).isEqualTo("it said: {\"lat\":48.1,\"lon\":11.5}");

    String eval = use("canvas", Json.object().put("action", "eval").put("javaScript", "1+1"));
    assertThat(invoked("canvas.eval", Json.object().put("result", "2")).path("javaScript").asText())
        .isEqualTo("1+1");
    assertThat(answer(eval)).isEqualTo("it said: {\"result\":\"2\"}");
    assertThat(answer(use("canvas", Json.object().put("action", "navigate"))))
        .isEqualTo("it said: url required");
  }

  @Test
  void oneSessionSpeaksInAnotherAndHearsItsAnswer() {
    String other = "agent:main:" + UUID.randomUUID();
    a.ok(
        "sessions.patch",
        Json.text(Json.object().put("key", other).put("model", "test/words-2-5")));
    String id = use("sessions_send", Json.object().put("sessionKey", other).put("message", "ho"));
    assertThat(answer(id)).isEqualTo("it said: w0 w1");
    JsonNode heard = a.ok("chat.history", "{\"sessionKey\":\"" + other + "\"}");
    assertThat(heard.at("/messages/0/content/0/text").asText())
        .isEqualTo("[from the agent of session agent:main:" + id + "] ho");
    assertThat(
            answer(
                use(
                    "sessions_send",
                    Json.object().put("sessionKey", "agent:main:nobody").put("message", "ho"))))
        .isEqualTo("it said: there is no session agent:main:nobody");
  }

  @Test
  void aJobIsMadeForTheAgentItself() {
    String name = "job " + UUID.randomUUID();
    ObjectNode job =
        Json.object().put("name", name).put("message", "look").put("cron", "0 4 * * *");
    assertThat(answer(use("cron_add", job))).startsWith("it said: Job ").contains("T");
    JsonNode jobs = b.ok("cron.list", "{}").path("jobs");
    JsonNode made =
        StreamSupport.stream(jobs.spliterator(), false)
            .filter(known -> known.path("name").asText().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(made.path("agentId").asText()).isEqualTo("main");
    assertThat(made.at("/payload/message").asText()).isEqualTo("look");
    assertThat(answer(use("cron_add", job.deepCopy().put("everySeconds", 60))))
        .isEqualTo("it said: say one of at, everySeconds and cron");
  }

  @Test
  void skillsThatLackNothingAreReadFromAnArchive() {
    assertThat(answer(use("skills", Json.object())))
        .isEqualTo("it said: tea: When somebody is thirsty");
    assertThat(answer(use("skills", Json.object().put("name", "tea")))).endsWith("Boil water.");
    assertThat(answer(use("skills", Json.object().put("name", "gold"))))
        .contains("no skill gold; call skills without a name");
    b.ok("skills.update", "{\"skillKey\":\"tea\",\"enabled\":false}");
    // Whoever reads the document is up to date with it.
    a.ok("config.get", "{}");
    assertThat(answer(use("skills", Json.object()))).isEqualTo("it said: There are no skills.");
    b.ok("skills.update", "{\"skillKey\":\"tea\",\"enabled\":true}");
  }

  @Test
  void aPageIsReadWhereTheDocumentAllowsIt() {
    String url = "http://127.0.0.1:" + pagePort + "/";
    assertThat(answer(use("http_fetch", Json.object().put("url", url))))
        .contains("UNTRUSTED")
        .contains("a page");
    assertThat(
            answer(
                use(
                    "http_fetch",
                    Json.object().put("url", "http://127.0.0.1:" + cluster.port(0) + "/"))))
        .contains("is not in tools.httpFetch.allow");
  }
}
