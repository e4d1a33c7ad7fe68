package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.access.auth.BootstrapToken;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One-time tokens in Redis: one device, one role, one life; and what is left of a crash. */
@Timeout(60)
class BootstrapStoreIT {
  private static final long LONG_MS = 60_000;

  private final Pairings pairings = new Pairings();
  private final RedisLink link = pairings.link();
  private final BootstrapStore store = new BootstrapStore(link);

  @AfterEach
  void close() {
    pairings.close();
  }

  @Test
  void itIsOfTheFirstDeviceAndOfItsRole() {
    make("one", LONG_MS);
    assertThat(get(store.claim("one", "operator", "a"))).isEmpty();
    assertThat(get(store.claim("one", "node", "a"))).isPresent();
    assertThat(get(store.claim("one", "node", "b"))).isEmpty();
    BootstrapStore.Claimed again = get(store.claim("one", "node", "a")).orElseThrow();
    assertThat(again.scopes()).containsExactly("x.read");
    assertThat(again.by()).isEqualTo("maker");
    assertThat(again.lifeMs()).isBetween(1L, LONG_MS);
    assertThat(get(store.claim("never", "node", "a"))).isEmpty();
  }

  @Test
  void itEndsAlsoForItsDevice() {
    // A machine that stands still may let one end before it can be claimed; then another one.
    AtomicInteger made = new AtomicInteger();
    await()
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              make("short" + made.incrementAndGet(), 300);
              return get(store.claim("short" + made, "node", "a")).isPresent();
            });
    await().until(() -> get(store.claim("short" + made, "node", "a")).isEmpty());
  }

  @Test
  void aClaimedTokenPairsItsDeviceLaterAndARemovedDeviceNeverAgain() {
    make("crash", LONG_MS);
    get(store.claim("crash", "node", "a"));
    PairingService restarted = pairings.instance();
    AdmitRequest request = bootstrapped("a", "crash");
    Pairings.paired(restarted.admit(request));
    Pairings.paired(restarted.admit(request));
    Pairings.done(restarted.remove("a", Pairings.ADMIN));
    assertThat(Pairings.refused(restarted.admit(request)))
        .isEqualTo(Admission.TokenRefusal.BOOTSTRAP_SPENT);
  }

  @Test
  void onlyAHashIsStored() {
    Pairings.paired(
        pairings.instance().admit(Pairings.local("maker", Role.OPERATOR, "operator.admin")));
    var service = new BootstrapService(link, new SecureRandom());
    Approver maker = new Approver("maker", null, List.of("operator.admin"));
    BootstrapService.Made made =
        Pairings.done(service.make(Role.NODE, List.of(), BootstrapService.SHORTEST, maker, null));
    String key = link.settings().key("boot:" + BootstrapToken.hash(made.text()), "token");
    String stored = get(link.send(Request.cmd(Command.HGETALL).arg(key))).toString();
    assertThat(stored).contains("maker").doesNotContain(made.text());
    assertThat(made.toString()).doesNotContain(made.text());
  }

  @Test
  void aLifeOutOfRangeAndAStrangerAreRefused() {
    var service = new BootstrapService(link, new SecureRandom());
    Approver stranger = new Approver("nobody", null, List.of("operator.admin"));
    assertThat(
            service.make(Role.NODE, List.of(), Duration.ofHours(25), Pairings.ADMIN, null).failed())
        .isTrue();
    assertThat(get(service.make(Role.NODE, List.of(), Duration.ofHours(1), stranger, null)))
        .isInstanceOf(ManagementResult.Unknown.class);
  }

  private void make(String hash, long ttlMs) {
    get(store.make(hash, "node", List.of("x.read"), "maker", "", ttlMs));
  }

  private static AdmitRequest bootstrapped(String device, String hash) {
    AdmitRequest plain = Pairings.local(device, Role.NODE);
    return new AdmitRequest(
        device,
        plain.publicKey(),
        plain.role(),
        plain.scopes(),
        plain.facts(),
        new Origin(ApprovedVia.BOOTSTRAP, "192.0.2.7", null),
        true,
        null,
        false,
        new BootstrapProof(hash, LONG_MS, System.currentTimeMillis(), "maker"),
        false);
  }
}
