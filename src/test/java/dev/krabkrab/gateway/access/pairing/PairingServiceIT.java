package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.access.pairing.Pairings.ADMIN;
import static dev.krabkrab.gateway.access.pairing.Pairings.done;
import static dev.krabkrab.gateway.access.pairing.Pairings.local;
import static dev.krabkrab.gateway.access.pairing.Pairings.paired;
import static dev.krabkrab.gateway.access.pairing.Pairings.pending;
import static dev.krabkrab.gateway.access.pairing.Pairings.refused;
import static dev.krabkrab.gateway.access.pairing.Pairings.remote;
import static dev.krabkrab.gateway.access.pairing.Pairings.token;
import static dev.krabkrab.gateway.access.pairing.Pairings.withToken;
import static dev.krabkrab.gateway.platform.Async.get;
import static io.vertx.redis.client.Command.HSET;
import static io.vertx.redis.client.Request.cmd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Managing devices: Protocol 01c §6.4, §7.4, 05 §14. */
@Timeout(60)
class PairingServiceIT {
  private static final String READ = "operator.read";
  private static final String WRITE = "operator.write";
  private static final String ADMIN_SCOPE = "operator.admin";
  private static final Approver PAIRING_ONLY =
      new Approver("boss", null, List.of("operator.pairing", READ));

  private final Pairings pairings = new Pairings();
  private final PairingService service = pairings.instance();

  @AfterEach
  void close() {
    pairings.close();
  }

  @Test
  void listsAreOrderedNewestFirst() {
    for (int i = 0; i < 5; i++) {
      paired(service.admit(local("paired-" + i, Role.OPERATOR, READ)));
      pending(service.admit(remote("waiting-" + i, Role.NODE)));
    }
    PairingService.Listing all = get(service.list());
    assertThat(all.paired()).hasSize(5);
    assertThat(all.pending()).hasSize(5);
    assertThat(all.paired().stream().map(d -> -d.approvedAtMs())).isSorted();
    assertThat(all.pending().stream().map(r -> -r.ts())).isSorted();
  }

  @Test
  void rejectedDeviceMayAskAgain() {
    String requestId = request("d1", Role.OPERATOR, READ);
    PairingService.Resolution gone = done(service.reject(requestId));
    assertThat(gone.deviceId()).isEqualTo("d1");
    assertThat(gone.device()).isNull();
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, READ))).created()).isTrue();
  }

  @Test
  void unknownRequestsAreUnknown() {
    for (String id : List.of("nope", "", Pairings.uuid(), "zz" + Pairings.uuid().substring(2))) {
      assertThat(get(service.approve(id, ADMIN))).isInstanceOf(ManagementResult.Unknown.class);
      assertThat(get(service.reject(id))).isInstanceOf(ManagementResult.Unknown.class);
    }
  }

  @Test
  void approverWithoutAdminGrantsOnlyWhatItHolds() {
    String admin = request("d1", Role.OPERATOR, READ, ADMIN_SCOPE);
    assertMissing(service.approve(admin, PAIRING_ONLY), ADMIN_SCOPE);
    assertThat(get(service.list()).pending()).hasSize(1);
    done(service.approve(request("d2", Role.OPERATOR, READ), PAIRING_ONLY));
    done(service.approve(request("d3", Role.NODE), PAIRING_ONLY));
    done(service.approve(admin, ADMIN));
  }

  /** Also by whom may not give all that was asked for; what was not asked for is not given. */
  @Test
  void fewerScopesThanWereAskedFor() {
    String asked = request("d1", Role.OPERATOR, ADMIN_SCOPE);
    assertMissing(service.approve(asked, PAIRING_ONLY, List.of(ADMIN_SCOPE)), ADMIN_SCOPE);
    PairedDevice device = done(service.approve(asked, PAIRING_ONLY, List.of(READ))).device();
    assertThat(device.scopes()).containsExactly(READ);
    assertThat(device.token("operator").scopes()).containsExactly(READ);
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR, READ))).token()).isNotNull();
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, ADMIN_SCOPE))).reason())
        .isEqualTo(Admission.Reason.SCOPE_UPGRADE);

    String less = request("d2", Role.OPERATOR, READ);
    assertThat(done(service.approve(less, ADMIN, List.of(READ, WRITE))).device().scopes())
        .containsExactly(READ);
  }

  @Test
  void approvalWidensThePairing() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    String before = token(service.admit(remote("d1", Role.OPERATOR, READ))).text();
    PairedDevice device =
        done(service.approve(request("d1", Role.OPERATOR, ADMIN_SCOPE), ADMIN)).device();
    assertThat(device.scopes()).containsExactly(ADMIN_SCOPE);
    assertThat(device.token("operator").scopes()).containsExactly(ADMIN_SCOPE);
    assertThat(device.approvedAtMs()).isGreaterThanOrEqualTo(device.createdAtMs());
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, before, READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
  }

  @Test
  void rotateMakesTheOldTokenUseless() {
    String old = token(service.admit(local("d1", Role.OPERATOR, READ))).text();
    PairingService.Rotation rotated = done(service.rotate("d1", "operator", null, ADMIN));
    assertThat(rotated.token().scopes()).containsExactly(READ);
    assertThat(rotated.token().rotatedAtMs()).isNotNull();
    assertThat(rotated.narrowed()).isFalse();
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, old, READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
    assertThat(token(service.admit(withToken("d1", Role.OPERATOR, rotated.text(), READ))).text())
        .isEqualTo(rotated.text());
    assertThat(token(service.admit(remote("d1", Role.OPERATOR, READ))).text())
        .isEqualTo(rotated.text());
  }

  @Test
  void rotateMayNarrowAndSaysSo() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    PairingService.Rotation rotated =
        done(service.rotate("d1", "operator", List.of(READ, " " + READ), ADMIN));
    assertThat(rotated.narrowed()).isTrue();
    assertThat(rotated.token().scopes()).containsExactly(READ);
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, WRITE))).reason())
        .isEqualTo(Admission.Reason.SCOPE_UPGRADE);
    assertThat(done(service.rotate("d1", "operator", List.of(), ADMIN)).narrowed()).isTrue();
  }

  @Test
  void rotateOfOneRoleLeavesTheScopesOfTheOther() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    paired(service.admit(local("d1", Role.NODE)));
    PairingService.Rotation rotated = done(service.rotate("d1", "node", List.of(), ADMIN));
    assertThat(rotated.narrowed()).isFalse();
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR, WRITE))).token()).isNotNull();
  }

  @Test
  void rotateNeedsARecordedRole() {
    assertThat(get(service.rotate("nobody", "operator", null, ADMIN)))
        .isInstanceOf(ManagementResult.Unknown.class);
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    for (String role : List.of("node", "zzz", "", "operator,node")) {
      assertThat(get(service.rotate("d1", role, null, ADMIN)))
          .isInstanceOf(ManagementResult.Unknown.class);
      assertThat(get(service.revoke("d1", role, ADMIN)))
          .isInstanceOf(ManagementResult.Unknown.class);
    }
  }

  @Test
  void callerWithoutAdminTouchesOnlyWhatItHolds() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    paired(service.admit(local("d2", Role.OPERATOR, READ)));
    paired(service.admit(local("n1", Role.NODE)));
    assertMissing(service.rotate("d1", "operator", null, PAIRING_ONLY), WRITE);
    assertMissing(service.rotate("d1", "operator", List.of(READ), PAIRING_ONLY), WRITE);
    assertMissing(
        service.rotate("d2", "operator", List.of(ADMIN_SCOPE), PAIRING_ONLY), ADMIN_SCOPE);
    assertMissing(service.revoke("d1", "operator", PAIRING_ONLY), WRITE);
    assertMissing(service.remove("d1", PAIRING_ONLY), WRITE);
    assertMissing(service.rotate("n1", "node", null, PAIRING_ONLY), ADMIN_SCOPE);
    assertMissing(service.revoke("n1", "node", PAIRING_ONLY), ADMIN_SCOPE);
    assertMissing(service.remove("n1", PAIRING_ONLY), ADMIN_SCOPE);
    done(service.rotate("d2", "operator", null, PAIRING_ONLY));
    done(service.revoke("d2", "operator", PAIRING_ONLY));
    done(service.remove("d2", PAIRING_ONLY));
  }

  @Test
  void revokedRoleNeedsANewApprovalFromAfar() {
    String old = token(service.admit(local("d1", Role.OPERATOR, READ))).text();
    done(service.revoke("d1", "operator", ADMIN));
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, old, READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_REVOKED);
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(waiting.reason()).isEqualTo(Admission.Reason.NOT_PAIRED);
    assertThat(waiting.request().isRepair()).isTrue();
    done(service.approve(waiting.request().requestId(), ADMIN));
    Admission.IssuedToken fresh = token(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(fresh.text()).isNotEqualTo(old);
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, old, READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
  }

  @Test
  void whatWasTakenIsNotGivenBackUnaskedOnTheOwnHost() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    done(service.rotate("d1", "operator", List.of(READ), ADMIN));
    pending(service.admit(local("d1", Role.OPERATOR, WRITE)));
    done(service.revoke("d1", "operator", ADMIN));
    Admission.Pending waiting = pending(service.admit(local("d1", Role.OPERATOR, READ)));
    assertThat(waiting.reason()).isEqualTo(Admission.Reason.NOT_PAIRED);
    assertThat(paired(service.admit(local("d1", Role.NODE))).approvedUnasked()).hasSize(1);
    done(service.approve(waiting.request().requestId(), ADMIN));
    paired(service.admit(local("d1", Role.OPERATOR, "operator.pairing")));
    done(service.rotate("d1", "operator", List.of(READ), ADMIN));
    pending(service.admit(local("d1", Role.OPERATOR, WRITE)));
  }

  @Test
  void anApprovalCountsAfterARevocationWhateverTheClockSays() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    done(service.revoke("d1", "operator", ADMIN));
    Admission.Pending waiting = pending(service.admit(local("d1", Role.OPERATOR, READ)));
    RedisLink link = pairings.link();
    String record = DeviceStore.prefix(link, Buckets.device("d1")) + "device:d1";
    get(link.send(cmd(HSET).arg(record).arg("taken:operator").arg(Long.MAX_VALUE)));
    pending(service.admit(local("d1", Role.OPERATOR, READ)));
    done(service.approve(waiting.request().requestId(), ADMIN));
    paired(service.admit(local("d1", Role.OPERATOR, "operator.pairing")));
  }

  @Test
  void aRevokedTokenIsNotRotated() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    done(service.revoke("d1", "operator", ADMIN));
    for (List<String> scopes : Arrays.asList(null, List.<String>of(), List.of(READ))) {
      assertThat(get(service.rotate("d1", "operator", scopes, ADMIN)))
          .isInstanceOf(ManagementResult.Revoked.class);
      assertThat(get(service.rotate("d1", "operator", scopes, PAIRING_ONLY)))
          .isInstanceOf(ManagementResult.Revoked.class);
    }
  }

  @Test
  void revokeOfOneRoleLeavesTheOther() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    paired(service.admit(local("d1", Role.NODE)));
    done(service.revoke("d1", "node", ADMIN));
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR, READ))).token()).isNotNull();
    assertThat(pending(service.admit(remote("d1", Role.NODE))).reason())
        .isEqualTo(Admission.Reason.NOT_PAIRED);
  }

  @Test
  void removedDeviceIsAStranger() {
    String old = token(service.admit(local("d1", Role.OPERATOR, READ))).text();
    String requestId = request("d1", Role.OPERATOR, ADMIN_SCOPE);
    assertThat(done(service.remove("d1", ADMIN)).requestId()).isEqualTo(requestId);
    assertThat(get(service.list())).isEqualTo(new PairingService.Listing(List.of(), List.of()));
    assertThat(get(service.find("d1"))).isEmpty();
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, old, READ))))
        .isEqualTo(Admission.TokenRefusal.DEVICE_NOT_PAIRED);
    Admission.Pending again = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(again.request().isRepair()).isFalse();
    assertThat(get(service.remove("d1", ADMIN))).isInstanceOf(ManagementResult.Unknown.class);
  }

  @Test
  void aDeviceMayRemoveItself() {
    paired(service.admit(local("boss", Role.OPERATOR, WRITE)));
    done(service.remove("boss", PAIRING_ONLY));
  }

  private String request(String device, Role role, String... scopes) {
    return pending(service.admit(remote(device, role, scopes))).request().requestId();
  }

  private static <T> void assertMissing(Future<ManagementResult<T>> outcome, String scope) {
    assertThat(get(outcome)).isEqualTo(new ManagementResult.Missing<T>(scope));
  }
}
