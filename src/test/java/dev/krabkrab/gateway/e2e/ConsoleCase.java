package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests of the console in a real browser, on three instances behind a balancer without affinity.
 * Each test also fails on whatever the browser reports as an error, a breach of the
 * Content-Security-Policy among it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleCase {
  static final double PATIENCE_MS = 20_000;

  /** What people with eyes look at after a build. */
  private static final Path SCREENSHOTS = Path.of("target", "console-screenshots");

  /** What browsers report where a test takes the connection or its security away. */
  private static final Pattern OFFLINE =
      Pattern.compile("WebSocket connection to|net::ERR_|Opener-Policy header has been ignored");

  Cluster cluster;
  RoundRobin proxy;

  /** The same instances, as seen from another host. */
  RoundRobin outside;

  Chromium chromium;

  /** Asks for approvals, on the first instance. */
  Peer asker;

  private final List<String> trouble = new ArrayList<>();
  private final List<BrowserContext> contexts = new ArrayList<>();

  /** What every page sent, in order. */
  final List<JsonNode> sent = new ArrayList<>();

  String config() {
    return Cluster.TOKEN_CONFIG;
  }

  @BeforeAll
  final void startAll() throws IOException {
    chromium = Chromium.start();
    cluster = Cluster.of(3, config());
    List<Integer> ports = List.of(cluster.port(0), cluster.port(1), cluster.port(2));
    proxy = new RoundRobin(ports, null);
    outside = new RoundRobin(ports, Cluster.REMOTE);
    asker = cluster.admin(0, 4);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
  }

  @AfterAll
  final void stopAll() throws IOException {
    if (chromium != null) {
      chromium.close();
      asker.close();
      proxy.close();
      outside.close();
      cluster.close();
    }
  }

  @AfterEach
  final void endTest() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    sent.clear();
    proxy.refuse(false);
    proxy.hold(false);
    proxy.only(-1);
    List<String> seen = List.copyOf(trouble);
    trouble.clear();
    assertThat(seen).as("errors in the browser").isEmpty();
  }

  // Pages

  Page blank(int width, int height, ColorScheme scheme) {
    BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme)
                    .setPermissions(List.of("clipboard-read", "clipboard-write")));
    contexts.add(context);
    context.setDefaultTimeout(PATIENCE_MS);
    return watched(context.newPage());
  }

  Page blank() {
    return blank(1280, 900, ColorScheme.LIGHT);
  }

  Page watched(Page page) {
    page.onPageError(error -> trouble.add("page error: " + error));
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && !OFFLINE.matcher(message.text()).find()) {
            trouble.add(message.text());
          }
        });
    page.onWebSocket(
        socket ->
            socket.onFrameSent(
                frame -> {
                  if (Json.tryParse(frame.text()) instanceof JsonNode json) {
                    sent.add(json);
                  }
                }));
    return page;
  }

  /** A page that was let in with these scopes, or the usual ones, at the inbox. */
  Page signedIn(Page page, String... scopes) {
    if (List.of(scopes).contains("operator.admin")) {
      page.navigate(proxy.url() + link(scopes));
    } else {
      page.navigate(proxy.url() + "/console/");
      signIn(page, scopes);
    }
    page.getByTestId("inbox-ready").waitFor();
    return page;
  }

  /** A link for one use that gives these scopes. */
  String link(String... scopes) {
    ObjectNode params = Json.object().put("role", "operator");
    params.set("scopes", Json.texts(List.of(scopes)));
    String token = asker.ok("device.bootstrap.create", Json.text(params)).path("token").asText();
    return "/console/#b=" + token;
  }

  Page signedIn(String... scopes) {
    return signedIn(blank(), scopes);
  }

  static void signIn(Page page, String... scopes) {
    page.getByTestId("secret").fill(Cluster.TOKEN);
    if (scopes.length > 0) {
      page.locator("details summary").click();
      for (Locator box : page.locator("[data-scope]").all()) {
        box.setChecked(List.of(scopes).contains(box.getAttribute("data-scope")));
      }
    }
    page.getByTestId("sign-in-go").click();
  }

  static Locator row(Page page, String id) {
    return page.locator("[data-testid=approval-row][data-id='" + id + "']");
  }

  /** Opens a request that waits, and waits until it can be decided. */
  static void open(Page page, String id) {
    row(page, id).locator("a").click();
    page.getByTestId("decision-bar").waitFor();
    page.locator("[data-testid=deny][aria-disabled=false]").waitFor();
  }

  static void armed(Page page) {
    page.locator("[data-testid=allow-once][aria-disabled=false]").waitFor();
  }

  Path shot(Page page, String name) {
    Path file = SCREENSHOTS.resolve(name + ".png");
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
    return file;
  }

  /** What was sent to decide, by any page of this test. */
  List<JsonNode> decisions() {
    return sent.stream()
        .filter(frame -> frame.path("method").asText().endsWith("approval.resolve"))
        .map(frame -> frame.path("params"))
        .toList();
  }

  /** Waits for something that the browser tells: its messages are read meanwhile. */
  static void await(Page page, BooleanSupplier condition) {
    page.waitForCondition(condition, new Page.WaitForConditionOptions().setTimeout(PATIENCE_MS));
  }

  // Approvals

  /** Asks to run a command on a machine; returns the approval's id. */
  String ask(String command) {
    return ask(command, 120_000);
  }

  String ask(String command, int timeoutMs) {
    return ask(request(command, "gateway").put("timeoutMs", timeoutMs));
  }

  String ask(ObjectNode request) {
    String id = UUID.randomUUID().toString();
    asker.ok("exec.approval.request", Json.text(request.put("id", id).put("twoPhase", true)));
    return id;
  }

  static ObjectNode request(String command, @Nullable String host) {
    ObjectNode json = Json.object().put("command", command).put("timeoutMs", 120_000);
    return host == null ? json : json.put("host", host);
  }

  /** Asks to run these words on a node. */
  static ObjectNode planned(String node, String text, String... argv) {
    ObjectNode json = Json.object().put("host", "node").put("nodeId", node);
    json.put("timeoutMs", 120_000).put("cwd", "/srv/app");
    json.put("agentId", "main").put("sessionKey", "agent:main:main");
    json.set("commandArgv", Json.texts(List.of(argv)));
    ObjectNode plan = json.putObject("systemRunPlan");
    plan.set("argv", Json.texts(List.of(argv)));
    plan.put("commandText", text).put("cwd", "/srv/app");
    plan.put("agentId", "main").put("sessionKey", "agent:main:main");
    return json;
  }

  String status(String id) {
    return asker.ok("approval.get", "{\"id\":\"" + id + "\"}").at("/approval/status").asText();
  }

  void awaitStatus(String id, String status) {
    Awaitility.await()
        .atMost(Duration.ofMillis((long) PATIENCE_MS))
        .untilAsserted(() -> assertThat(status(id)).isEqualTo(status));
  }
}
