package dev.krabkrab.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether people can use it who see, hear or move in another way. */
@Timeout(180)
class ConsoleAccessibilityIT extends ConsoleCase {
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");

  /** X1, X5: every page in both themes, and narrow. */
  @Test
  void axeFindsNothing() {
    String high = ask(planned("build-box", "sudo rm -rf /srv", "sudo", "rm", "-rf", "/srv"));
    ask("echo a\u202Eb\nsecond line");
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : scheme == ColorScheme.LIGHT ? List.of(1280, 320) : List.of(1280)) {
        Page page = blank(width, width == 320 ? 700 : 900, scheme);
        page.navigate(proxy.url() + "/console/");
        page.getByTestId("secret").waitFor();
        check(page, "sign-in", scheme, width);
        signIn(page);
        page.getByTestId("inbox-ready").waitFor();
        check(page, "inbox", scheme, width);
        open(page, high);
        page.keyboard().press("End");
        armed(page);
        check(page, "card", scheme, width);
        page.keyboard().press("y");
        page.getByTestId("confirm").waitFor();
        check(page, "confirm", scheme, width);
        for (String tab : List.of("ended", "history", "rules")) {
          page.navigate(proxy.url() + "/console/?tab=" + tab);
          page.getByTestId("inbox-ready").waitFor();
          check(page, tab, scheme, width);
        }
        for (String name : List.of("pairing", "nodes", "cluster")) {
          page.navigate(proxy.url() + "/console/?page=" + name);
          page.locator("main h1").waitFor();
          check(page, name, scheme, width);
        }
      }
    }
  }

  /** X2: the keyboard reaches everything, and the focus comes back. */
  @Test
  void theKeyboardReachesEverything() {
    String id = ask("ls /x2");
    Page page = signedIn();
    row(page, id).waitFor();
    assertThat(page.locator("h1")).hasCount(1);
    page.keyboard().press("Tab");
    assertThat(page.locator(".skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("#main")).isFocused();
    page.keyboard().press("j");
    page.getByTestId("decision-bar").waitFor();
    Locator help = page.locator("header button[aria-label=Keys]");
    help.focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#help")).isVisible();
    page.keyboard().press("Escape");
    assertThat(help).isFocused();
    page.keyboard().press("g");
    page.keyboard().press("n");
    assertThat(page.locator("main h1")).hasText("Nodes");
    page.keyboard().press("Control+k");
    page.keyboard().type("appr");
    page.keyboard().press("Enter");
    assertThat(page.locator("main h1")).hasText("Approvals");
  }

  /** X4. */
  @Test
  void nothingMovesForThoseWhoDoNotWantIt() {
    Page page = blank();
    page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
    signedIn(page);
    String id = ask("ls /x4");
    open(page, id);
    Object moving = page.evaluate("() => document.getAnimations().length");
    assertThat(moving).isEqualTo(0);
  }

  /** X6: what fingers have to hit. */
  @Test
  void fingersHitWhatTheyMean() {
    String id = ask("ls /x6");
    Page page = signedIn(blank(390, 844, ColorScheme.LIGHT));
    open(page, id);
    armed(page);
    for (String button : List.of("deny", "allow-once", "always")) {
      var box = page.getByTestId(button).boundingBox();
      assertThat(box.height).as(button).isGreaterThanOrEqualTo(44);
      assertThat(box.width).as(button).isGreaterThanOrEqualTo(44);
      assertThat(page.getByTestId(button)).isInViewport();
    }
    var deny = page.getByTestId("deny").boundingBox();
    var allow = page.getByTestId("allow-once").boundingBox();
    assertThat(deny.y - (allow.y + allow.height)).isGreaterThanOrEqualTo(16);
    shot(page, "phone");
  }

  private void check(Page page, String name, ColorScheme scheme, int width) {
    // The colours of a change of page have settled.
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))");
    shot(page, "%s-%s-%d".formatted(name, scheme, width).toLowerCase(Locale.ROOT));
    var found = new AxeBuilder(page).withTags(RULES).analyze().getViolations();
    assertThat(found)
        .as("%s, %s, %d px", name, scheme, width)
        .allSatisfy(
            rule ->
                assertThat(
                        rule.getNodes().stream()
                            .map(one -> one.getHtml() + " " + one.getFailureSummary())
                            .toList())
                    .as(rule.getId())
                    .isEmpty());
  }
}
