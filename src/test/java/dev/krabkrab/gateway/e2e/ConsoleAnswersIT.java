package dev.krabkrab.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a card when others decide, time runs out, or the connection goes. */
@Timeout(120)
class ConsoleAnswersIT extends ConsoleCase {

  /** A16. */
  @Test
  void freezesWhatAnotherDecides() {
    Page page = signedIn();
    String id = ask("ls /a16");
    open(page, id);
    armed(page);
    try (Peer other = cluster.admin(2, 4)) {
      other.ok("approval.resolve", decision(id, "deny", "not today"));
    }
    assertThat(page.getByTestId("card-ended")).containsText("denied by");
    assertThat(page.getByTestId("card-ended")).containsText("not today");
    assertThat(page.getByTestId("deny")).hasCount(0);
    assertThat(page.getByTestId("allow-once")).hasCount(0);
    assertThat(row(page, id)).hasClass(Pattern.compile("ended"));
    assertThat(page.locator("#say")).containsText("denied");
    shot(page, "decided-elsewhere");
  }

  /** A17: one wins, and both pages say the same. */
  @Test
  void oneOfTwoDifferentAnswersWins() {
    Page one = signedIn();
    Page other = signedIn();
    String id = ask("ls /a17");
    open(one, id);
    open(other, id);
    armed(one);
    armed(other);
    one.keyboard().press("y");
    other.keyboard().press("n");
    one.keyboard().press("y");
    other.keyboard().press("n");
    one.getByTestId("card-ended").waitFor();
    other.getByTestId("card-ended").waitFor();
    String became = status(id).equals("allowed") ? "allowed once" : "denied";
    assertThat(one.getByTestId("card-ended")).containsText(became);
    assertThat(other.getByTestId("card-ended")).containsText(became);
  }

  /** A19: the gateway's clock counts, whatever the browser's says. */
  @Test
  void expiresByTheGatewaysClock() {
    Page page = blank();
    page.clock().install(new com.microsoft.playwright.Clock.InstallOptions());
    page.clock().setSystemTime(System.currentTimeMillis() + 600_000);
    page.clock().resume();
    signedIn(page);
    String id = ask("ls /a19", 6_000);
    row(page, id).locator("a").click();
    assertThat(page.getByTestId("f-deadline")).containsText(Pattern.compile("00:0[0-6]"));
    assertThat(page.getByTestId("card-ended")).containsText("Nobody decided in time");
    assertThat(page.getByTestId("card-ended")).containsText("not run");
    page.keyboard().press("y");
    page.keyboard().press("y");
    assertThat(decisions()).isEmpty();
  }

  /** A20. */
  @Test
  void saysThatAnAnswerIsMissingAndFindsOut() {
    Page page = signedIn();
    String id = ask("ls /a20");
    open(page, id);
    armed(page);
    proxy.hold(true);
    page.keyboard().press("y");
    page.keyboard().press("y");
    assertThat(page.getByTestId("slow")).containsText("may or may not have been taken");
    proxy.cut();
    proxy.hold(false);
    assertThat(page.getByTestId("card-ended")).containsText("allowed once");
    awaitStatus(id, "allowed");
    await(page, () -> !decisions().isEmpty());
    assertThat(decisions()).hasSizeBetween(1, 2);
    assertThat(decisions()).allMatch(one -> one.path("decision").asText().equals("allow-once"));
  }

  /** A21, A23: the connection breaks, the page moves to another instance and keeps its place. */
  @Test
  void movesToAnotherInstanceAndKeepsItsPlace() {
    proxy.only(1);
    Page page = signedIn();
    String first = ask("ls /a21-1");
    ask("ls /a21-2");
    ask("ls /a21-3");
    open(page, first);
    armed(page);
    proxy.refuse(true);
    proxy.cut();
    assertThat(page.getByTestId("state")).not().containsText("live");
    assertThat(page.getByTestId("allow-once")).hasAttribute("aria-disabled", "true");
    page.keyboard().press("n");
    page.keyboard().press("n");
    shot(page, "reconnecting");
    proxy.only(2);
    proxy.refuse(false);
    assertThat(page.getByTestId("state")).containsText("live");
    armed(page);
    assertThat(row(page, first)).hasClass(Pattern.compile("selected"));
    assertThat(
            page.getByTestId("approval-row").filter(new Locator.FilterOptions().setHasText("a21")))
        .hasCount(3);
    assertThat(decisions()).isEmpty();
  }

  /** A22. */
  @Test
  void tellsWhatEndedMeanwhile() {
    Page page = signedIn();
    String expires = ask("ls /a22-expires", 3_000);
    String decided = ask("ls /a22-decided");
    row(page, expires).waitFor();
    row(page, decided).waitFor();
    proxy.refuse(true);
    proxy.cut();
    assertThat(page.getByTestId("state")).not().containsText("live");
    asker.ok("approval.resolve", decision(decided, "deny", ""));
    String came = ask("ls /a22-came");
    awaitStatus(expires, "expired");
    proxy.refuse(false);
    assertThat(page.getByTestId("away")).containsText("While you were away");
    assertThat(page.getByTestId("away")).containsText("denied by");
    assertThat(row(page, came)).isVisible();
    assertThat(decisions()).isEmpty();
  }

  /** A24, A25. */
  @Test
  void notifiesOnlyWhenAskedTo() {
    Page page = blank();
    page.addInitScript(
        """
        window.asked = 0;
        window.told = [];
        window.Notification = class {
          static permission = 'default';
          static requestPermission() {
            window.asked++;
            window.Notification.permission = 'granted';
            return Promise.resolve('granted');
          }
          constructor(title, options) {
            this.entry = {title, ...options, closed: false};
            window.told.push(this.entry);
          }
          close() { this.entry.closed = true; }
        };\
        """);
    signedIn(page);
    String seen = ask("ls /a24-first");
    row(page, seen).waitFor();
    assertThat(page.evaluate("() => window.asked")).isEqualTo(0);
    page.getByTestId("notify").click();
    page.getByTestId("rail-cluster").click();
    String id = ask("secret-command /a24");
    page.waitForFunction("() => window.told.length === 1");
    String told = Json.mapper().valueToTree(page.evaluate("() => window.told[0]")).toString();
    assertThat(told).contains(id).contains("a command waits").doesNotContain("secret-command");
    asker.ok("approval.resolve", decision(id, "deny", ""));
    page.waitForFunction("() => window.told[0].closed");
  }

  /** A27. */
  @Test
  void allowsAlwaysAndTakesItBack() {
    Page page = signedIn("operator.read", "operator.approvals", "operator.pairing");
    ObjectNode request = planned("build-box", "/usr/bin/git status", "/usr/bin/git", "status");
    String id = ask(request);
    open(page, id);
    armed(page);
    page.keyboard().press("v");
    Locator sheet = page.getByTestId("always-sheet");
    assertThat(sheet).containsText("/usr/bin/git");
    assertThat(sheet).containsText("build-box");
    assertThat(sheet).containsText("main");
    assertThat(page.getByTestId("rule-argv")).containsText("status");
    shot(page, "always");
    page.getByTestId("always-go").click();
    assertThat(page.getByTestId("always-go")).containsText("Press again");
    assertThat(decisions()).isEmpty();
    page.getByTestId("always-go").click();
    assertThat(page.getByTestId("card-ended")).containsText("allowed always by you");
    page.getByTestId("tab-rules").click();
    Locator rule = page.getByTestId("rule");
    assertThat(rule).hasCount(1);
    assertThat(rule).containsText("/usr/bin/git status");
    shot(page, "rules");
    rule.getByTestId("take-back").click();
    assertThat(rule.getByTestId("take-back")).containsText("press again");
    rule.getByTestId("take-back").click();
    assertThat(rule).hasCount(0);
  }

  /** A28. */
  @Test
  void saysWhyNothingCanBeAllowedAlways() {
    Page page = signedIn();
    String id = ask("cd x && make");
    open(page, id);
    armed(page);
    page.keyboard().press("v");
    assertThat(page.getByTestId("always-off")).containsText("Nothing can be stored");
    assertThat(page.getByTestId("always-go")).hasCount(0);
    assertThat(decisions()).isEmpty();
  }

  /** A29. */
  @Test
  void keepsFewRowsOfMany() {
    Page page = signedIn();
    for (int i = 0; i < 60; i++) {
      ask("ls /a29-" + i, 60_000);
    }
    page.waitForFunction("() => document.title.match(/\\((\\d+)\\)/)?.[1] >= 60");
    assertThat((int) page.getByTestId("approval-row").count()).isLessThanOrEqualTo(50);
    page.getByTestId("rows").evaluate("e => e.scrollTop = e.scrollHeight");
    assertThat(page.locator("[aria-posinset]").last()).isVisible();
  }

  /** X3: what screen readers are told. */
  @Test
  void announcesWhatIsNew() {
    Page page = signedIn();
    String id = ask("ls /x3");
    assertThat(page.locator("#say[role=status]"))
        .containsText(Pattern.compile("A command waits on gateway, \\d+ (s|min)"));
    row(page, id).waitFor();
    String soon = ask("ls /x3-soon", 29_000);
    open(page, soon);
    assertThat(page.locator("#alarm[role=alert]")).containsText("30 seconds left");
  }

  /** X8: an idle page sends nothing by itself. */
  @Test
  void anIdlePageIsSilent() {
    BrowserContext context = chromium.browser().newContext(new Browser.NewContextOptions());
    try (context) {
      Page page = watched(context.newPage());
      signedIn(page);
      page.evaluate("() => new Promise(done => setTimeout(done, 2000))");
      int before = sent.size();
      page.evaluate("() => new Promise(done => setTimeout(done, 5000))");
      List<JsonNode> more = List.copyOf(sent.subList(before, sent.size()));
      assertThat(more).isEmpty();
    }
  }

  static String decision(String id, String decision, String reason) {
    ObjectNode json = Json.object().put("id", id).put("kind", "exec").put("decision", decision);
    return Json.text(reason.isEmpty() ? json : json.put("reason", reason));
  }
}
