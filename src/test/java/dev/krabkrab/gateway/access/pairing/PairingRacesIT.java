package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.access.pairing.Pairings.ADMIN;
import static dev.krabkrab.gateway.access.pairing.Pairings.done;
import static dev.krabkrab.gateway.access.pairing.Pairings.local;
import static dev.krabkrab.gateway.access.pairing.Pairings.paired;
import static dev.krabkrab.gateway.access.pairing.Pairings.pending;
import static dev.krabkrab.gateway.access.pairing.Pairings.remote;
import static dev.krabkrab.gateway.access.pairing.Pairings.token;
import static dev.krabkrab.gateway.access.pairing.Pairings.withToken;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.DeviceTokens;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several instances at once over one Redis. */
@Timeout(60)
class PairingRacesIT {
  private static final String READ = "operator.read";

  private final Pairings pairings = new Pairings();
  private final List<PairingService> instances =
      IntStream.range(0, 3).mapToObj(i -> pairings.instance()).toList();

  @AfterEach
  void close() {
    pairings.close();
  }

  @Test
  void fiftyConnectsOfOneDeviceMakeOneRequestAndThenOneToken() {
    List<Future<Admission>> attempts = fifty(remote("d1", Role.OPERATOR, READ));
    List<Admission.Pending> answers = attempts.stream().map(Pairings::pending).toList();
    assertThat(answers.stream().filter(Admission.Pending::created)).hasSize(1);
    assertThat(answers.stream().map(a -> a.request().requestId()).distinct()).hasSize(1);
    assertThat(get(instances.get(1).list()).pending()).hasSize(1);

    done(instances.get(2).approve(answers.getFirst().request().requestId(), ADMIN));
    List<Future<Admission>> connects = fifty(remote("d1", Role.OPERATOR, READ));
    assertThat(connects.stream().map(c -> token(c).text()).distinct()).hasSize(1);
  }

  @Test
  void fiftyLocalConnectsAreApprovedOnceAndShareOneToken() {
    List<Admission.Paired> answers =
        fifty(local("d1", Role.OPERATOR, READ)).stream().map(Pairings::paired).toList();
    assertThat(answers.stream().flatMap(a -> a.approvedUnasked().stream())).hasSize(1);
    assertThat(answers.stream().map(Admission.Paired::token).distinct()).hasSize(1);
  }

  /** Case P2 of Protocol 02 §16, for devices. */
  @Test
  void approveAgainstRejectHasOneWinner() {
    for (int round = 0; round < 20; round++) {
      String device = "d" + round;
      String requestId =
          pending(instances.get(0).admit(remote(device, Role.NODE))).request().requestId();
      var approved = instances.get(1).approve(requestId, ADMIN);
      var rejected = instances.get(2).reject(requestId);
      List<Object> outcomes = List.of(get(approved), get(rejected));
      assertThat(outcomes.stream().filter(ManagementResult.Done.class::isInstance)).hasSize(1);
      assertThat(outcomes.stream().filter(ManagementResult.Unknown.class::isInstance)).hasSize(1);
      boolean isPaired = get(instances.get(0).find(device)).isPresent();
      assertThat(isPaired).isEqualTo(get(approved) instanceof ManagementResult.Done);
    }
  }

  /** Case P6 of Protocol 02 §16. */
  @Test
  void approvalOnOneInstanceAdmitsOnAnother() {
    String requestId =
        pending(instances.get(0).admit(remote("n1", Role.NODE))).request().requestId();
    done(instances.get(0).approve(requestId, ADMIN));
    assertThat(paired(instances.get(1).admit(remote("n1", Role.NODE))).token()).isNotNull();
  }

  @Test
  void tokenOfOneInstanceWorksOnAnother() {
    String token = token(instances.get(0).admit(local("d1", Role.OPERATOR, READ))).text();
    assertThat(token(instances.get(1).admit(withToken("d1", Role.OPERATOR, token, READ))).text())
        .isEqualTo(token);
  }

  @Test
  void newSigningKeyIsFoundByTheOthersAndOlderTokensStayGood() {
    String older = token(instances.get(0).admit(local("d1", Role.OPERATOR, READ))).text();
    token(instances.get(1).admit(local("d1", Role.OPERATOR, READ)));

    RedisLink link = pairings.link();
    TokenKeys keys = pairings.keys(link);
    get(keys.rotate());
    var fresh = new PairingService(link, keys, AuditTrail.NONE, Pairings::uuid);
    String newer = token(fresh.admit(local("d2", Role.OPERATOR, READ))).text();

    assertThat(DeviceTokens.kid(newer)).isNotEqualTo(DeviceTokens.kid(older));
    for (PairingService instance : instances) {
      assertThat(token(instance.admit(local("d2", Role.OPERATOR, READ))).text()).isEqualTo(newer);
    }
    assertThat(token(fresh.admit(withToken("d1", Role.OPERATOR, older, READ))).text())
        .isEqualTo(older);
    assertThat(token(instances.get(1).admit(withToken("d2", Role.OPERATOR, newer, READ))).text())
        .isEqualTo(newer);
  }

  private List<Future<Admission>> fifty(AdmitRequest request) {
    var attempts = new ArrayList<Future<Admission>>();
    for (int i = 0; i < 50; i++) {
      attempts.add(instances.get(i % instances.size()).admit(request));
    }
    return attempts;
  }
}
