package dev.krabkrab.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Letting devices in, on the console's pages for pairing and for nodes. */
@Timeout(120)
class ConsolePairingIT extends ConsoleCase {

  /** P1: what asks on one instance is shown on another, with what it would be allowed. */
  @Test
  void showsANodeThatWaits() {
    Page page = pairing();
    DeviceKeys keys = DeviceKeys.fresh();
    JsonNode refusal = node(keys, 2, "new-box");
    Locator card = card(page, refusal);
    assertThat(card).containsText("new-box");
    assertThat(card.getByTestId("pair-commands")).containsText("can run programs on that machine");
    assertThat(card.getByTestId("pair-address")).containsText("proxy");
    assertThat(card.getByTestId("pair-code"))
        .hasText(refusal.at("/error/details/comparisonCode").asText());
    assertThat(card.getByTestId("pair-approve")).hasAttribute("aria-disabled", "true");
    shot(page, "pairing");
    card.getByTestId("pair-typed").fill(card.getByTestId("pair-code").textContent());
    card.getByTestId("pair-approve").click();
    assertThat(card.getByTestId("pair-approve")).containsText("press again");
    card.getByTestId("pair-approve").click();
    assertThat(card.getByTestId("pair-became")).containsText("approved");
    try (Peer let = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      assertThat(let.connect(nodeConnect(keys, "new-box")).path("ok").asBoolean()).isTrue();
    }
  }

  /** P2: fewer scopes than asked for. */
  @Test
  void givesFewerScopesThanAskedFor() {
    Page page = pairing();
    DeviceKeys keys = DeviceKeys.fresh();
    JsonNode refusal = operator(keys, 1, "operator.admin", "operator.read");
    Locator card = card(page, refusal);
    assertThat(card.locator("label.bad")).containsText("everything");
    assertThat(card.locator("[data-scope='operator.admin']")).not().isChecked();
    card.getByTestId("pair-approve").click();
    card.getByTestId("pair-approve").click();
    assertThat(card.getByTestId("pair-became")).containsText("approved");
    JsonNode approve =
        sent.stream()
            .filter(frame -> frame.path("method").asText().equals("device.pair.approve"))
            .findFirst()
            .orElseThrow();
    assertThat(Json.text(approve.at("/params/scopes"))).isEqualTo("[\"operator.read\"]");
    try (Peer let = Peer.open(cluster.port(2), Cluster.REMOTE)) {
      Connect fewer = cluster.as(keys, 4).scopes("operator.read");
      assertThat(let.connect(fewer).path("ok").asBoolean()).isTrue();
    }
    JsonNode more = operator(keys, 2, "operator.admin", "operator.read");
    assertThat(more.path("ok").asBoolean()).isFalse();
  }

  /** P3: two operators, one answer. */
  @Test
  void oneOfTwoAnswersWins() {
    Page one = pairing();
    Page other = pairing();
    JsonNode refusal = operator(DeviceKeys.fresh(), 0, "operator.read");
    Locator here = card(one, refusal);
    Locator there = card(other, refusal);
    here.getByTestId("pair-reject").click();
    assertThat(here.getByTestId("pair-became")).containsText("rejected");
    assertThat(there.getByTestId("pair-became")).containsText("rejected");
    assertThat(there.getByTestId("pair-approve")).hasCount(0);
  }

  /** P7. */
  @Test
  void makesALinkForOneUse() {
    Page page = pairing();
    page.locator("details.invite summary").click();
    page.getByTestId("invite-make").click();
    String link = page.getByTestId("invite-link").textContent().strip();
    assertThat(link).startsWith(proxy.url() + "/console/#b=");
    shot(page, "invite");
    Page invited = blank();
    invited.navigate(link);
    invited.getByTestId("inbox-ready").waitFor();
    assertThat(page.getByTestId("invite-made")).containsText("used by");
  }

  /** What is paired can be renamed and removed. */
  @Test
  void renamesAndRemoves() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer device = Peer.connected(cluster.port(1), cluster.as(keys, 4))) {
      Page page = pairing();
      page.locator("main [type=search]").fill(keys.id());
      Locator row = page.getByTestId("device");
      assertThat(row).hasCount(1);
      assertThat(row).containsText("connected");
      row.getByTestId("rename").click();
      row.locator("input").fill("the old one");
      row.locator("button", new Locator.LocatorOptions().setHasText("Save")).click();
      assertThat(row).containsText("the old one");
      row.getByTestId("remove").click();
      page.getByTestId("remove-go").click();
      assertThat(device.closed().code()).isEqualTo(4001);
      assertThat(row).hasCount(0);
    }
  }

  /** N1 without the kill, N3: where a node is, and why a command may not be asked for. */
  @Test
  void showsWhereANodeIsAndWhatItMayDo() {
    Page page =
        signedIn("operator.read", "operator.pairing", "operator.approvals", "operator.admin");
    page.getByTestId("rail-nodes").click();
    DeviceKeys keys = DeviceKeys.fresh();
    Peer node = Peer.connected(cluster.port(1), nodeConnect(keys, "shown-box"));
    Locator row = page.locator("[data-testid=node][data-id='" + keys.id() + "']");
    assertThat(row).containsText("shown-box");
    assertThat(row.getByTestId("node-state")).containsText("connected");
    assertThat(row.getByTestId("node-instance")).hasText(Pattern.compile("\\S{4,}"));
    assertThat(row.locator("[data-command='camera.snap']")).containsText("allowCommands");
    assertThat(row.locator("[data-command='system.run']")).not().containsText("denied");
    page.locator("a", new Page.LocatorOptions().setHasText("shown-box")).click();
    assertThat(page.getByTestId("node-details")).containsText(keys.id());
    shot(page, "nodes");
    node.close();
    assertThat(row.getByTestId("node-state")).containsText("gone");
  }

  private Page pairing() {
    Page page =
        signedIn("operator.read", "operator.pairing", "operator.approvals", "operator.admin");
    page.getByTestId("rail-pairing").click();
    page.locator("h1:text('Pairing')").waitFor();
    return page;
  }

  private boolean sent(String method) {
    return sent.stream().anyMatch(frame -> frame.path("method").asText().equals(method));
  }

  private static Locator card(Page page, JsonNode refusal) {
    String id = refusal.at("/error/details/requestId").asText();
    Locator card = page.locator("[data-testid=pair-card][data-id='" + id + "']");
    card.waitFor();
    return card;
  }

  private JsonNode node(DeviceKeys keys, int instance, String name) {
    try (Peer peer = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
      return peer.connect(nodeConnect(keys, name));
    }
  }

  private static Connect nodeConnect(DeviceKeys keys, String name) {
    return Connect.node(4)
        .device(keys)
        .token(Cluster.TOKEN)
        .about("displayName", name)
        .with("commands", "system.run", "system.which", "camera.snap");
  }

  private JsonNode operator(DeviceKeys keys, int instance, String... scopes) {
    try (Peer peer = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
      return peer.connect(
          Connect.operator(4)
              .device(keys)
              .token(Cluster.TOKEN)
              .about("displayName", "somebody")
              .scopes(List.of(scopes).toArray(String[]::new)));
    }
  }
}
