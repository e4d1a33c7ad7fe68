package dev.krabkrab.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Getting the console, getting in, and staying in. */
@Timeout(120)
class ConsoleSignInIT extends ConsoleCase {
  private static final String SECRETS =
      """
      () => [...Object.values(localStorage), ...Object.values(sessionStorage)]
        .filter(text => /[A-Za-z0-9_-]{30,}/.test(text))\
      """;

  private static final String KEY =
      """
      () => new Promise(done => {
        const open = indexedDB.open('krabkrab-console', 1);
        open.onsuccess = () => {
          const get = open.result.transaction('values').objectStore('values').get('device');
          get.onsuccess = () => done(get.result.privateKey.extractable);
        };
      })\
      """;

  /** D3, D2: few and small files, all of one origin. */
  @Test
  void fewSmallFilesLeadToTheInbox() {
    Page page = blank();
    List<Response> responses = new ArrayList<>();
    page.onResponse(responses::add);
    signedIn(page);
    assertThat(responses).hasSizeLessThanOrEqualTo(12);
    long bytes = responses.stream().mapToLong(one -> one.request().sizes().responseBodySize).sum();
    assertThat(bytes).isLessThan(150 * 1024L);
    assertThat(responses).allMatch(one -> URI.create(one.url()).getPort() == proxy.port());
  }

  /** D4. */
  @Test
  void theSecondVisitTakesItsFilesFromTheCache() {
    Page page = signedIn();
    Object fromNetwork = page.reload().request().sizes().responseBodySize;
    page.getByTestId("inbox-ready").waitFor();
    Object transferred =
        page.evaluate(
            "() => performance.getEntriesByType('resource')"
                + ".filter(e => e.name.includes('/console/a/')).map(e => e.transferSize)"
                + ".reduce((a, b) => a + b, 0)");
    assertThat(((Number) transferred).longValue()).isZero();
    assertThat(((Number) fromNetwork).longValue()).isZero();
  }

  /** D5, P7. */
  @Test
  void aLinkLetsInOnce() {
    String link = link("operator.read", "operator.approvals");
    Page page = blank();
    page.navigate(outside.url() + link);
    page.getByTestId("inbox-ready").waitFor();
    assertThat(page.evaluate("() => location.hash")).isEqualTo("");
    assertThat(page.evaluate(SECRETS)).isEqualTo(List.of());
    assertThat(page.getByTestId("rail-pairing")).containsText("needs operator.pairing");
    page.reload();
    page.getByTestId("inbox-ready").waitFor();
    Page other = blank();
    other.navigate(outside.url() + link);
    assertThat(other.getByTestId("sign-in-error")).isVisible();
    assertThat(other.getByTestId("sign-in-error")).containsText("used already");
  }

  /** D6. */
  @Test
  void theKeyStaysInTheBrowser() {
    Page page = signedIn();
    assertThat(page.evaluate(KEY)).isEqualTo(false);
    assertThat(page.evaluate(SECRETS)).isEqualTo(List.of());
    assertThat(page.content()).doesNotContain(Cluster.TOKEN);
  }

  /** D7. */
  @Test
  void asksForASecureConnection() {
    Page page = blank();
    List<String> sockets = new ArrayList<>();
    page.onWebSocket(socket -> sockets.add(socket.url()));
    page.navigate("http://" + Chromium.PLAIN_HOST + ":" + proxy.port() + "/console/");
    assertThat(page.getByTestId("insecure")).containsText("needs a secure connection");
    assertThat(page.getByTestId("insecure")).containsText("krabkrab gateway --tls");
    assertThat(sockets).isEmpty();
    shot(page, "insecure");
  }

  /** D8. */
  @Test
  void saysWhenAnAddressIsLockedOut() {
    Page page = blank();
    page.navigate(outside.url() + "/console/");
    for (int i = 0; i < 12; i++) {
      page.getByTestId("secret").fill("wrong");
      page.getByTestId("sign-in-go").click();
      page.getByTestId("sign-in-error").waitFor();
      page.locator("[data-testid=sign-in-go]:not(:text('Signing in'))").waitFor();
      if (page.getByTestId("sign-in-go").isDisabled()) {
        break;
      }
    }
    assertThat(page.getByTestId("sign-in-error"))
        .containsText(Pattern.compile("Too many wrong attempts.*\\d+ s"));
    assertThat(page.getByTestId("sign-in-go")).isDisabled();
    shot(page, "locked-out");
  }

  /** D9. */
  @Test
  void theKeyboardIsEnoughToGetIn() {
    Page page = blank();
    page.navigate(proxy.url() + "/console/");
    page.getByTestId("secret").waitFor();
    int steps = 0;
    while (!(boolean) page.evaluate("() => document.activeElement.id === 'secret'")) {
      page.keyboard().press("Tab");
      assertThat(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle"))
          .isEqualTo("solid");
      assertThat(++steps).isLessThan(10);
    }
    page.keyboard().type(Cluster.TOKEN);
    page.keyboard().press("Enter");
    page.getByTestId("inbox-ready").waitFor();
  }

  /** P5: a browser that waits goes in by itself, or learns that it was rejected. */
  @Test
  void aBrowserWaitsToBeLetIn() {
    Page page = blank();
    page.navigate(outside.url() + "/console/");
    signIn(page);
    page.getByTestId("waiting-screen").waitFor();
    shot(page, "waiting-to-be-let-in");
    String code = page.getByTestId("comparison-code").textContent();
    JsonNode request = waiting(code);
    asker.ok(
        "device.pair.approve", "{\"requestId\":\"" + request.path("requestId").asText() + "\"}");
    page.getByTestId("inbox-ready").waitFor();
  }

  /** P6. */
  @Test
  void aRemovedBrowserIsToldSo() {
    Page page = signedIn();
    String device =
        sent.stream()
            .filter(frame -> frame.path("method").asText().equals("connect"))
            .map(frame -> frame.at("/params/device/id").asText())
            .findFirst()
            .orElseThrow();
    asker.ok("device.pair.remove", "{\"deviceId\":\"" + device + "\"}");
    assertThat(page.getByTestId("removed")).containsText("removed");
    shot(page, "removed");
  }

  /** Signing out leaves neither key nor token. */
  @Test
  void signingOutForgetsEverything() {
    Page page = signedIn();
    page.getByTestId("who").click();
    page.getByTestId("sign-out").click();
    page.getByTestId("sign-in").waitFor();
    page.reload();
    page.getByTestId("sign-in").waitFor();
  }

  /** X7. */
  @Test
  void saysWhatToDoWithoutScripts() {
    try (var context =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
      Page page = watched(context.newPage());
      page.navigate(proxy.url() + "/console/");
      assertThat(page.locator("h1")).hasText("This console needs scripts");
      assertThat(page.locator("pre")).containsText("krabkrab approvals watch");
    }
  }

  /** The screens before the inbox, for people to look at. */
  @Test
  void theFirstScreenIsThereInBothThemes() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = blank(1280, 900, scheme);
      page.navigate(proxy.url() + "/console/");
      Locator secret = page.getByTestId("secret");
      assertThat(secret).isVisible();
      shot(page, "sign-in-" + scheme);
    }
  }

  private JsonNode waiting(String code) {
    for (JsonNode one : asker.ok("device.pair.list", "{}").path("pending")) {
      if (one.path("comparisonCode").asText().equals(code)) {
        return one;
      }
    }
    throw new AssertionError("nobody waits with " + code);
  }
}
