package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.pairing.ComparisonCode;
import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import dev.krabkrab.gateway.cli.node.NodeHost;
import dev.krabkrab.gateway.cli.node.Programs;
import dev.krabkrab.gateway.cli.node.RunEnvironment;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node connects, and what becomes of its answers. */
class NodeLoopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ASK =
      "{id:'i1',nodeId:'n',command:'system.which',paramsJSON:'{\"bins\":[\"sh\"]}'}";

  @TempDir Path home;

  private final List<String> log = new CopyOnWriteArrayList<>();
  private TestGateway gateway;
  private @Nullable NodeLoop loop;
  private CompletableFuture<@Nullable Void> run = CompletableFuture.completedFuture(null);

  @BeforeEach
  void start() throws Exception {
    gateway = TestGateway.start();
    gateway.on("node.invoke.result", "{ok:true}").on("node.event", "{ok:true}");
  }

  @AfterEach
  void stop() throws Exception {
    if (loop != null) {
      loop.stop(Duration.ZERO);
    }
    gateway.close();
  }

  private NodeLoop loop(@Nullable String bootstrap, String... urls) {
    CliContext context = new TestCli(home).context();
    NodeHost host =
        new NodeHost(
            new NodeHost.Settings(home, 2, false),
            new Programs("/usr/bin:/bin"),
            new RunEnvironment(Map.of("PATH", "/usr/bin:/bin"), Set.of()),
            new NodeFiles(home).policy(() -> "id"),
            () -> UUID.randomUUID().toString());
    List<ClientSettings> instances = new ArrayList<>();
    for (String url : urls) {
      instances.add(
          new ClientSettings(
              URI.create(url), null, null, false, null, Duration.ofSeconds(10), home));
    }
    Session session = NodeEntrance.session("box", host, "/usr/bin:/bin");
    NodeLoop made =
        new NodeLoop(
            instances,
            new NodeEntrance(context, instances.getFirst(), session, bootstrap),
            new NodeService(host, new NodeOutbox(log::add), log::add),
            log::add,
            () -> 0);
    loop = made;
    return made;
  }

  private void begin(@Nullable String bootstrap, String... urls) {
    NodeLoop made = loop(bootstrap, urls);
    run = CompletableFuture.runAsync(made::run, task -> Thread.ofVirtual().start(task));
  }

  private void awaitConnected(int times) {
    await().atMost(PATIENCE).until(() -> logged("connected to") == times);
  }

  private long logged(String what) {
    return log.stream().filter(line -> line.contains(what)).count();
  }

  private List<JsonNode> sent(String method) {
    return gateway.requests.stream()
        .filter(request -> request.path("method").asText().equals(method))
        .map(request -> request.path("params"))
        .toList();
  }

  @Test
  void itSaysWhatItIs() {
    begin(null, gateway.url());
    awaitConnected(1);
    JsonNode said = gateway.connects.getFirst();
    assertThat(said.path("role").asText()).isEqualTo("node");
    assertThat(said.path("scopes")).isEmpty();
    assertThat(said.at("/client/id").asText()).isEqualTo("node-host");
    assertThat(said.at("/client/mode").asText()).isEqualTo("node");
    assertThat(said.at("/client/displayName").asText()).isEqualTo("box");
    assertThat(said.path("caps")).extracting(JsonNode::asText).containsExactly("system");
    assertThat(said.path("commands"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "system.run",
            "system.run.prepare",
            "system.which",
            "system.execApprovals.get",
            "system.execApprovals.set");
    assertThat(said.path("pathEnv").asText()).isEqualTo("/usr/bin:/bin");
  }

  @Test
  void aRequestIsAnsweredOnce() {
    begin(null, gateway.url());
    awaitConnected(1);
    gateway.emit("node.invoke.request", ASK);
    gateway.emit("node.invoke.request", ASK);
    gateway.emit("node.invoke.request", ASK.replace("i1", "i2").replace("system.which", "x.y"));
    await().atMost(PATIENCE).until(() -> sent("node.invoke.result").size() >= 2);
    List<JsonNode> results = sent("node.invoke.result");
    assertThat(results)
        .extracting(it -> it.path("id").asText())
        .containsExactlyInAnyOrder("i1", "i2");
    for (JsonNode result : results) {
      if (result.path("id").asText().equals("i1")) {
        assertThat(result.path("payloadJSON").asText()).contains("/sh\"");
      } else {
        assertThat(result.at("/error/message").asText()).isEqualTo("command not supported");
      }
    }
  }

  @Test
  void anAnswerThatAConnectionTookAwayIsGivenOnTheNext() {
    AtomicInteger times = new AtomicInteger();
    gateway.on(
        "node.invoke.result",
        params -> {
          if (times.getAndIncrement() > 0) {
            return TestGateway.json("{ok:true,ignored:true}");
          }
          gateway.sockets.forEach(ServerWebSocket::close);
          return null;
        });
    begin(null, gateway.url());
    awaitConnected(1);
    gateway.emit("node.invoke.request", ASK);
    await().atMost(PATIENCE).until(() -> logged("nobody waits any more for the answer to i1") == 1);
    assertThat(sent("node.invoke.result")).hasSize(2);
    awaitConnected(2);
  }

  @Test
  void anAnswerThatCannotBeTakenNowIsGivenAgain() {
    AtomicInteger times = new AtomicInteger();
    gateway.on(
        "node.invoke.result",
        params -> {
          if (times.getAndIncrement() > 0) {
            return TestGateway.json("{ok:true}");
          }
          throw new Refusal(0, "{code:'UNAVAILABLE',message:'redis is away'}");
        });
    begin(null, gateway.url());
    awaitConnected(1);
    gateway.emit("node.invoke.request", ASK);
    await().atMost(PATIENCE).until(() -> sent("node.invoke.result").size() == 2);
  }

  @Test
  void whoWaitsToBeLetInIsToldHowAndIsLetInThen() {
    AtomicInteger times = new AtomicInteger();
    gateway.on(
        "connect",
        params -> {
          if (times.getAndIncrement() > 1) {
            return TestGateway.hello(4, "{deviceToken:'dt',role:'node',scopes:[]}");
          }
          throw new Refusal(
              1008, "{code:'NOT_PAIRED',message:'pairing required',details:{requestId:'r-7'}}");
        });
    begin(null, gateway.url());
    awaitConnected(1);
    String key = gateway.connects.getFirst().at("/device/publicKey").asText();
    assertThat(logged("request r-7, code " + ComparisonCode.of(key, "r-7"))).isEqualTo(1);
    assertThat(logged("krabkrab devices approve r-7")).isEqualTo(1);
    gateway.sockets.forEach(ServerWebSocket::close);
    awaitConnected(2);
    assertThat(gateway.connects.getLast().at("/auth/token").asText()).isEqualTo("dt");
  }

  @Test
  void aTokenForTheFirstTimeIsForTheFirstTime() {
    gateway.on(
        "connect", params -> TestGateway.hello(4, "{deviceToken:'dt',role:'node',scopes:[]}"));
    begin("boot", gateway.url());
    awaitConnected(1);
    gateway.sockets.forEach(ServerWebSocket::close);
    awaitConnected(2);
    assertThat(gateway.connects)
        .extracting(said -> said.at("/auth/token").asText())
        .startsWith("boot", "dt");
  }

  @Test
  void whoIsNotLetInStops() {
    gateway.on(
        "connect",
        params -> {
          throw new Refusal(1008, "{code:'INVALID_REQUEST',message:'unauthorized: no'}");
        });
    NodeLoop made = loop(null, gateway.url());
    assertThatThrownBy(made::run)
        .isInstanceOfSatisfying(
            CliException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED));
    assertThat(made.isOver()).isTrue();
  }

  @Test
  void anInstanceThatIsGoneIsPassedOver() {
    begin(null, "ws://127.0.0.1:1", gateway.url());
    awaitConnected(1);
    assertThat(logged("connected to " + gateway.url())).isEqualTo(1);
    assertThat(run).isNotDone();
    assertThat(loop != null && loop.stop(Duration.ZERO)).isTrue();
    run.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void whatOthersWriteIsShownAsWhatItIs() {
    begin(null, gateway.url());
    awaitConnected(1);
    gateway.emit(
        "node.invoke.request",
        "{id:'i\\u001b[2J\\u202e',nodeId:'n',command:'x\\n"
            + "stopped\\u001b]0;t\\u0007',paramsJSON:'{}'}");
    await().atMost(PATIENCE).until(() -> !sent("node.invoke.result").isEmpty());
    assertThat(log).noneMatch(line -> line.matches("(?s).*[\\u0000-\\u001f\\u202e].*"));
    assertThat(log).noneMatch(line -> line.startsWith("stopped"));
    assertThat(sent("node.invoke.result").getFirst().path("id").asText())
        .isEqualTo("i\u001b[2J\u202e");
  }
}
