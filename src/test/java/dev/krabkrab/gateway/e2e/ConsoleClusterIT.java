package dev.krabkrab.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.krabkrab.gateway.app.TestGateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console's page of the cluster, and who else looks at an approval. */
@Timeout(180)
class ConsoleClusterIT extends ConsoleCase {

  /** C1, C2: an instance comes and goes. */
  @Test
  void showsInstancesComeAndGo() {
    Page page = cluster();
    assertThat(page.getByTestId("instance-box")).hasCount(3);
    assertThat(page.locator("[data-state=ready]")).hasCount(3);
    TestGateway fourth = TestGateway.start(cluster.redis(), config(), Map.of());
    assertThat(page.getByTestId("instance-box")).hasCount(4);
    shot(page, "cluster");
    fourth.close();
    assertThat(page.locator("[data-testid=instance-box][data-state=gone]")).hasCount(1);
    assertThat(page.getByTestId("instance-box")).hasCount(4);
    assertThat(page.locator("h1")).hasText("Cluster");
    Page phone = signedIn(blank(390, 844, ColorScheme.DARK));
    phone.getByTestId("rail-cluster").click();
    phone.getByTestId("instance").first().waitFor();
    shot(phone, "cluster-phone");
  }

  /** C1: what is connected anywhere adds up. */
  @Test
  void addsUpWhatIsConnected() {
    Page page = cluster();
    Locator total = page.getByTestId("total-operators");
    // Whoever asks for approvals, and this page.
    assertThat(total).hasText("2");
    try (Peer one = cluster.admin(0, 4);
        Peer two = cluster.admin(2, 4)) {
      assertThat(total).hasText("4");
      assertThat(List.of(one.isClosed(), two.isClosed())).containsOnly(false);
    }
    assertThat(total).hasText("2");
  }

  /** A26. */
  @Test
  void showsWhoElseLooks() {
    Page one = signedIn();
    Page other = signedIn();
    String id = ask("ls /a26");
    row(one, id).waitFor();
    open(other, id);
    assertThat(row(one, id).getByTestId("viewer")).isVisible();
    open(one, id);
    assertThat(one.getByTestId("f-viewers")).containsText("has been looking");
    other.close();
    assertThat(row(one, id).getByTestId("viewer")).hasCount(0, gone());
  }

  private static com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions gone() {
    return new com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions()
        .setTimeout(40_000);
  }

  private Page cluster() {
    Page page = signedIn();
    page.getByTestId("rail-cluster").click();
    page.getByTestId("instance").first().waitFor();
    return page;
  }
}
