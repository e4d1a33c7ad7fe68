package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.access.pairing.Pairings.ADMIN;
import static dev.krabkrab.gateway.access.pairing.Pairings.done;
import static dev.krabkrab.gateway.access.pairing.Pairings.local;
import static dev.krabkrab.gateway.access.pairing.Pairings.paired;
import static dev.krabkrab.gateway.access.pairing.Pairings.pending;
import static dev.krabkrab.gateway.access.pairing.Pairings.pinned;
import static dev.krabkrab.gateway.access.pairing.Pairings.refused;
import static dev.krabkrab.gateway.access.pairing.Pairings.remote;
import static dev.krabkrab.gateway.access.pairing.Pairings.request;
import static dev.krabkrab.gateway.access.pairing.Pairings.skipping;
import static dev.krabkrab.gateway.access.pairing.Pairings.token;
import static dev.krabkrab.gateway.access.pairing.Pairings.withToken;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.access.auth.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connecting device meets: Protocol 01c §6.2, §6.3, §7.2, §7.3. */
@Timeout(60)
class AdmissionIT {
  private static final String READ = "operator.read";
  private static final String WRITE = "operator.write";
  private static final String ADMIN_SCOPE = "operator.admin";

  private final Pairings pairings = new Pairings();
  private final PairingService service = pairings.instance();

  @AfterEach
  void close() {
    pairings.close();
  }

  @Test
  void newRemoteDeviceWaitsUntilItIsApproved() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(waiting.created()).isTrue();
    assertThat(waiting.reason()).isEqualTo(Admission.Reason.NOT_PAIRED);
    PairingRequest request = waiting.request();
    assertThat(request.deviceId()).isEqualTo("d1");
    assertThat(request.publicKey()).isEqualTo("key-of-d1");
    assertThat(request.facts()).isEqualTo(Pairings.FACTS);
    assertThat(request.roles()).containsExactly("operator");
    assertThat(request.scopes()).containsExactly(READ);
    assertThat(request.silent()).isFalse();
    assertThat(request.isRepair()).isFalse();
    assertThat(request.ts()).isEqualTo(waiting.atMs());

    PairedDevice device = done(service.approve(request.requestId(), ADMIN)).device();
    assertThat(device).isNotNull();
    assertThat(device.scopes()).containsExactly(READ);
    Admission.Paired in = paired(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(in.approvedUnasked()).isEmpty();
    assertThat(in.token()).isNotNull();
    assertThat(in.token().scopes()).containsExactly(READ);
  }

  @Test
  void askingAgainReusesTheRequestAndItsTime() {
    Admission.Pending first = pending(service.admit(remote("d1", Role.OPERATOR, WRITE)));
    Admission.Pending again = pending(service.admit(remote("d1", Role.OPERATOR, WRITE)));
    Admission.Pending less = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(again.created()).isFalse();
    assertThat(again.request()).isEqualTo(first.request());
    assertThat(less.request()).isEqualTo(first.request());
  }

  @Test
  void askingForMoreReplacesTheRequest() {
    Admission.Pending first = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    Admission.Pending more = pending(service.admit(remote("d1", Role.OPERATOR, ADMIN_SCOPE)));
    assertThat(more.created()).isTrue();
    assertThat(more.replacedRequestId()).isEqualTo(first.request().requestId());
    assertThat(more.request().scopes()).containsExactly(ADMIN_SCOPE);
    assertThat(get(service.reject(first.request().requestId())))
        .isInstanceOf(ManagementResult.Unknown.class);
    assertThat(get(service.list()).pending()).containsExactly(more.request());
  }

  @Test
  void twoRolesOfOneDeviceDoNotDisplaceEachOtherForEver() {
    pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    Admission.Pending both = pending(service.admit(remote("d1", Role.NODE)));
    assertThat(both.created()).isTrue();
    assertThat(both.request().role()).isEqualTo("node");
    assertThat(both.request().roles()).containsExactlyInAnyOrder("operator", "node");
    Admission.Pending operator = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    assertThat(operator.created()).isFalse();
    PairedDevice device = done(service.approve(both.request().requestId(), ADMIN)).device();
    assertThat(device).isNotNull();
    assertThat(device.token("node").scopes()).isEmpty();
    assertThat(device.token("operator").scopes()).containsExactly(READ);
    assertThat(token(service.admit(remote("d1", Role.OPERATOR, READ))).scopes())
        .containsExactly(READ);
    assertThat(token(service.admit(remote("d1", Role.NODE))).role()).isEqualTo("node");
  }

  @Test
  void requestsExpireByTheClockOfRedis() {
    Pairings brief = new Pairings(Duration.ofMillis(1_500));
    PairingService hasty = brief.instance();
    try {
      Admission.Pending first = pending(hasty.admit(remote("d1", Role.OPERATOR, READ)));
      await().until(() -> get(hasty.list()).pending().isEmpty());
      assertThat(get(hasty.approve(first.request().requestId(), ADMIN)))
          .isInstanceOf(ManagementResult.Unknown.class);
      Admission.Pending second = pending(hasty.admit(remote("d1", Role.OPERATOR, READ)));
      assertThat(second.created()).isTrue();
      assertThat(second.replacedRequestId()).isNull();
    } finally {
      brief.close();
    }
  }

  @Test
  void localDeviceIsApprovedSilently() {
    Admission.Paired in = paired(service.admit(local("d1", Role.OPERATOR, READ)));
    assertThat(in.approvedUnasked()).hasSize(1);
    assertThat(in.token()).isNotNull();
    assertThat(paired(service.admit(local("d1", Role.OPERATOR, READ))).approvedUnasked()).isEmpty();
    assertThat(get(service.list()).pending()).isEmpty();
  }

  @Test
  void localConnectSettlesThePendingRemoteRequest() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    Admission.Paired in = paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    assertThat(in.approvedUnasked()).containsExactly(waiting.request().requestId());
    assertThat(get(service.list()).pending()).isEmpty();
  }

  @Test
  void localConnectDoesNotGrantWhatARemoteOneAskedBeyondIt() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, ADMIN_SCOPE)));
    Admission.Paired in = paired(service.admit(local("d1", Role.OPERATOR, READ)));
    assertThat(in.device().scopes()).containsExactly(READ);
    assertThat(get(service.list()).pending()).containsExactly(waiting.request());
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, ADMIN_SCOPE))).created())
        .isFalse();
  }

  @Test
  void silenceIsDecidedByTheLiveConnectionOnly() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.NODE)));
    assertThat(waiting.reason()).isEqualTo(Admission.Reason.ROLE_UPGRADE);
    assertThat(waiting.request().isRepair()).isTrue();
    assertThat(waiting.approvedRoles()).containsExactly("operator");
    assertThat(waiting.approvedScopes()).containsExactly(READ);
  }

  @Test
  void widerScopesNeedApprovalAndNarrowerDoNot() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR, READ))).token()).isNotNull();
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR))).token()).isNotNull();
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, ADMIN_SCOPE))).reason())
        .isEqualTo(Admission.Reason.SCOPE_UPGRADE);
    assertThat(paired(service.admit(remote("d1", Role.OPERATOR, WRITE))).token()).isNotNull();
  }

  @Test
  void adminCoversOtherOperatorScopes() {
    Admission.IssuedToken token = token(service.admit(local("d1", Role.OPERATOR, ADMIN_SCOPE)));
    Admission.IssuedToken again =
        token(service.admit(remote("d1", Role.OPERATOR, "operator.pairing", READ)));
    assertThat(again).isEqualTo(token);
    assertThat(pending(service.admit(remote("d1", Role.OPERATOR, "vendor.thing"))).reason())
        .isEqualTo(Admission.Reason.SCOPE_UPGRADE);
  }

  @Test
  void factsAreKeptWhenTheNextConnectLeavesThemOut() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    var facts = new DeviceFacts(null, "macos", null, null, null, null, DeclaredFacts.NONE);
    PairedDevice device =
        paired(service.admit(request("d1", Role.OPERATOR, facts, false, true, null, READ)))
            .device();
    assertThat(device.facts())
        .isEqualTo(
            new DeviceFacts(
                "Far Phone", "macos", "iPhone", "cli", "cli", "192.0.2.7", DeclaredFacts.NONE));
  }

  @Test
  void anotherPlatformNeedsApprovalWhereThatIsAsked() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    assertThat(paired(service.admit(pinned(remote("d1", Role.OPERATOR, READ), "iOS")))).isNotNull();
    assertThat(paired(service.admit(pinned(remote("d1", Role.OPERATOR, READ), null)))).isNotNull();
    Admission.Pending waiting =
        pending(service.admit(pinned(remote("d1", Role.OPERATOR, READ), "linux")));
    assertThat(waiting.reason()).isEqualTo(Admission.Reason.METADATA_UPGRADE);
    done(service.approve(waiting.request().requestId(), ADMIN));
    assertThat(paired(service.admit(pinned(remote("d1", Role.OPERATOR, READ), "linux"))))
        .isNotNull();
  }

  @Test
  void deviceTokenAdmitsWithoutTheSharedSecret() {
    Admission.IssuedToken token = token(service.admit(local("d1", Role.OPERATOR, WRITE)));
    Admission.Paired in = paired(service.admit(withToken("d1", Role.OPERATOR, token.text(), READ)));
    assertThat(in.token()).isEqualTo(token);
    assertThat(in.device().token("operator").lastUsedAtMs()).isNotNull();
  }

  @Test
  void deviceTokenIsBoundToDeviceRoleAndScopes() {
    String token = token(service.admit(local("d1", Role.OPERATOR, READ))).text();
    paired(service.admit(local("d2", Role.OPERATOR, READ)));
    paired(service.admit(local("d1", Role.NODE)));
    assertThat(refused(service.admit(withToken("d2", Role.OPERATOR, token, READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
    assertThat(refused(service.admit(withToken("d1", Role.NODE, token))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, token, WRITE))))
        .isEqualTo(Admission.TokenRefusal.SCOPE_MISMATCH);
    assertThat(refused(service.admit(withToken("d3", Role.OPERATOR, token, READ))))
        .isEqualTo(Admission.TokenRefusal.DEVICE_NOT_PAIRED);
    assertThat(refused(service.admit(withToken("d2", Role.NODE, token))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISSING);
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, "0123456789abcdef", READ))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
    assertThat(
            refused(service.admit(request("d1", Role.OPERATOR, Pairings.FACTS, true, false, null))))
        .isEqualTo(Admission.TokenRefusal.TOKEN_MISMATCH);
  }

  @Test
  void aStrangerWithoutASecretLeavesNoRequestBehind() {
    assertThat(refused(service.admit(withToken("d1", Role.OPERATOR, "guess", READ))))
        .isEqualTo(Admission.TokenRefusal.DEVICE_NOT_PAIRED);
    assertThat(get(service.list())).isEqualTo(new PairingService.Listing(List.of(), List.of()));
  }

  @Test
  void clientsOfOneDeviceWithDifferentScopesShareAToken() {
    token(service.admit(local("d1", Role.OPERATOR, WRITE)));
    String both = token(service.admit(local("d1", Role.OPERATOR, "operator.pairing"))).text();
    assertThat(token(service.admit(local("d1", Role.OPERATOR, WRITE))).text()).isEqualTo(both);
    assertThat(paired(service.admit(withToken("d1", Role.OPERATOR, both, READ))).token())
        .isNotNull();
  }

  @Test
  void waivedPairingRecordsNothing() {
    Admission.Paired in = paired(service.admit(skipping(remote("d1", Role.OPERATOR, READ))));
    assertThat(in.device()).isNull();
    assertThat(in.token()).isNull();
    assertThat(get(service.list())).isEqualTo(new PairingService.Listing(List.of(), List.of()));
  }

  @Test
  void waivedPairingGivesAPairedDeviceItsToken() {
    Admission.IssuedToken token = token(service.admit(local("d1", Role.OPERATOR, READ)));
    assertThat(token(service.admit(skipping(remote("d1", Role.OPERATOR, READ))))).isEqualTo(token);
    assertThat(paired(service.admit(skipping(remote("d1", Role.OPERATOR, WRITE)))).token())
        .isNull();
  }
}
