package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.access.pairing.Pairings.local;
import static dev.krabkrab.gateway.access.pairing.Pairings.paired;
import static dev.krabkrab.gateway.access.pairing.Pairings.pending;
import static dev.krabkrab.gateway.access.pairing.Pairings.remote;
import static dev.krabkrab.gateway.access.pairing.Pairings.token;
import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Callers;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.Replies;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wire methods on one instance, and what another instance hears of them. */
@Timeout(60)
class PairingMethodsIT {
  private static final String READ = "operator.read";
  private static final String WRITE = "operator.write";
  private static final long ALL = Long.MAX_VALUE;
  private static final Caller ADMIN = caller("boss", ProtocolVersion.V3, "operator.admin");

  private final Pairings pairings = new Pairings();
  private final PairingService service = pairings.instance();
  private final PlatformInstance one = new PlatformInstance("one", pairings.redis());
  private final PlatformInstance two = new PlatformInstance("two", pairings.redis());
  private final List<ClusterMessage> heard = new CopyOnWriteArrayList<>();
  private PairingEvents events;
  private PairingMethods methods;

  @BeforeEach
  void join() {
    PairingJson shown =
        new PairingJson(
            (platform, family, declared) ->
                declared.stream().filter(command -> !command.equals("system.run")).toList());
    events = new PairingEvents(one.platform().broadcaster(), shown);
    methods =
        new PairingMethods(
            service, events, AuditTrail.NONE, shown, () -> Future.succeededFuture(Set.of()));
    Backplane other = two.platform().backplane();
    other.on(ClusterMessage.EventPublished.class, received -> heard.add(received.message()));
    other.on(ClusterMessage.CloseDevice.class, received -> heard.add(received.message()));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
    pairings.close();
  }

  @Test
  void approveAnswersTheDeviceAndTellsTheOthers() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    events.admitted("d1", waiting);
    JsonNode requested = awaitEvent("device.pair.requested");
    assertThat(requested.path("requestId").asText()).isEqualTo(waiting.request().requestId());
    assertThat(requested.path("displayName").asText()).isEqualTo("Far Phone");
    assertThat(requested.path("silent").booleanValue()).isFalse();

    ObjectNode params = Json.object().put("requestId", waiting.request().requestId());
    JsonNode answer = call("device.pair.approve", params, ADMIN);
    assertThat(answer.at("/device/deviceId").asText()).isEqualTo("d1");
    assertThat(answer.at("/device/tokens/0/role").asText()).isEqualTo("operator");
    assertThat(answer.at("/device/tokens/0").has("token")).isFalse();
    JsonNode resolved = awaitEvent("device.pair.resolved");
    assertThat(resolved.path("decision").asText()).isEqualTo("approved");
    assertThat(resolved.path("deviceId").asText()).isEqualTo("d1");
    assertRefused("device.pair.approve", params, ADMIN, "INVALID_REQUEST", "unknown requestId");
  }

  @Test
  void rejectAnswersRequestAndDevice() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.NODE)));
    String requestId = waiting.request().requestId();
    JsonNode answer = call("device.pair.reject", Json.object().put("requestId", requestId), ADMIN);
    assertThat(answer).isEqualTo(Json.object().put("requestId", requestId).put("deviceId", "d1"));
    assertThat(awaitEvent("device.pair.resolved").path("decision").asText()).isEqualTo("rejected");
  }

  @Test
  void replacedRequestIsAnnouncedAsRejected() {
    Admission.Pending first = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    events.admitted("d1", pending(service.admit(remote("d1", Role.OPERATOR, WRITE))));
    JsonNode resolved = awaitEvent("device.pair.resolved");
    assertThat(resolved.path("requestId").asText()).isEqualTo(first.request().requestId());
    assertThat(resolved.path("decision").asText()).isEqualTo("rejected");
    awaitEvent("device.pair.requested");
  }

  /** Whoever is slow does without the news of a flood; it is in the list. */
  @Test
  void newsOfAFloodMayBeDropped() {
    Admission.Pending waiting = pending(service.admit(remote("d1", Role.OPERATOR, READ)));
    events.admitted("d1", waiting.placed(null, 32));
    events.admitted("d1", waiting.placed(new Admission.Displaced("r0", "d0"), 33));
    await().until(() -> events("device.pair.requested").count() == 2);
    assertThat(events("device.pair.requested").map(ClusterMessage.EventPublished::passing))
        .containsExactly(false, true);
    JsonNode gone = awaitEvent("device.pair.resolved");
    assertThat(gone.path("requestId").asText()).isEqualTo("r0");
    assertThat(gone.path("deviceId").asText()).isEqualTo("d0");
  }

  @Test
  void silentApprovalIsAnnounced() {
    events.admitted("d1", paired(service.admit(local("d1", Role.OPERATOR, READ))));
    assertThat(awaitEvent("device.pair.resolved").path("decision").asText()).isEqualTo("approved");
  }

  @Test
  void listNeverShowsATokenText() {
    String text = token(service.admit(local("d1", Role.OPERATOR, READ))).text();
    pending(service.admit(remote("d2", Role.NODE)));
    JsonNode list = call("device.pair.list", Json.object(), ADMIN);
    assertThat(list.path("paired")).hasSize(1);
    assertThat(list.path("pending")).hasSize(1);
    assertThat(list.toString()).doesNotContain(text).doesNotContain("jti").doesNotContain("kid");
  }

  @Test
  void revokeClosesTheRoleEverywhere() {
    long before = admit("d1");
    assertThat(admit("d1")).isEqualTo(before);
    JsonNode answer = call("device.token.revoke", device("d1", "operator"), ADMIN);
    assertThat(answer.path("revokedAtMs").isIntegralNumber()).isTrue();
    ClusterMessage.CloseDevice order = awaitClose();
    assertThat(order)
        .usingRecursiveComparison()
        .ignoringFields("generation")
        .isEqualTo(
            new ClusterMessage.CloseDevice("d1", "operator", 4001, "device token revoked", 0));
    assertThat(order.generation()).isGreaterThan(before);
    assertThat(get(service.find("d1")).orElseThrow().generation()).isEqualTo(order.generation());
    assertRefused(
        "device.token.revoke",
        device("d1", "node"),
        ADMIN,
        "INVALID_REQUEST",
        "unknown deviceId/role");
  }

  @Test
  void rotateClosesOnlyWhenItNarrows() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    JsonNode same = call("device.token.rotate", device("d1", "operator"), ADMIN);
    assertThat(same.path("token").asText()).isNotEmpty();
    assertThat(same.path("scopes")).isEqualTo(Json.texts(List.of(WRITE)));
    assertThat(same.path("rotatedAtMs").isIntegralNumber()).isTrue();
    ObjectNode narrower = device("d1", "operator");
    narrower.set("scopes", Json.texts(List.of(READ)));
    call("device.token.rotate", narrower, ADMIN);
    assertThat(awaitClose().role()).isEqualTo("operator");
    assertThat(heard).filteredOn(ClusterMessage.CloseDevice.class::isInstance).hasSize(1);
  }

  @Test
  void protocol4TellsATokenOnlyToItsOwnDevice() {
    paired(service.admit(local("d1", Role.OPERATOR, READ)));
    Caller own = caller("d1", ProtocolVersion.V4, "operator.pairing", READ);
    Caller other = caller("d2", ProtocolVersion.V4, "operator.pairing", READ);
    JsonNode told = call("device.token.rotate", device("d1", "operator"), own);
    JsonNode withheld = call("device.token.rotate", device("d1", "operator"), other);
    assertThat(told.path("tokenDelivery").asText()).isEqualTo("in-band");
    assertThat(told.path("token").asText()).isNotEmpty();
    assertThat(withheld.path("tokenDelivery").asText()).isEqualTo("withheld-cross-device");
    assertThat(withheld.has("token")).isFalse();
  }

  @Test
  void removeClosesEveryConnectionOfTheDevice() {
    long before = admit("d1");
    ObjectNode params = Json.object().put("deviceId", "d1");
    assertThat(call("device.pair.remove", params, ADMIN)).isEqualTo(params);
    ClusterMessage.CloseDevice order = awaitClose();
    assertThat(order)
        .usingRecursiveComparison()
        .ignoringFields("generation")
        .isEqualTo(new ClusterMessage.CloseDevice("d1", null, 4001, "device removed", 0));
    assertThat(order.generation()).isGreaterThan(before);
    assertRefused("device.pair.remove", params, ADMIN, "INVALID_REQUEST", "unknown deviceId");
    assertThat(admit("d1")).isGreaterThanOrEqualTo(order.generation());
  }

  @Test
  void lackingScopesAreNamedInTheWordsOfTheProtocol() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    assertRefused(
        "device.token.revoke",
        device("d1", "operator"),
        caller("d2", ProtocolVersion.V3, "operator.pairing"),
        "INVALID_REQUEST",
        "missing scope: operator.write");
    assertRefused(
        "device.token.revoke",
        device("d1", "operator"),
        caller("d2", ProtocolVersion.V4, "operator.pairing"),
        "FORBIDDEN",
        "missing scope: operator.write");
  }

  @Test
  void sweepClosesWhatTheOrderDidNotReach() {
    paired(service.admit(local("d1", Role.OPERATOR, WRITE)));
    paired(service.admit(local("d2", Role.OPERATOR, READ)));
    paired(service.admit(local("d3", Role.OPERATOR, READ)));
    Caller stays = caller("d1", ProtocolVersion.V3, READ);
    Caller revoked = caller("d2", ProtocolVersion.V3, READ);
    Caller removed = caller("d3", ProtocolVersion.V3, READ);
    Caller lost = caller("d4", ProtocolVersion.V3, READ);
    get(service.revoke("d2", "operator", Pairings.ADMIN));
    get(service.remove("d3", Pairings.ADMIN));
    get(new RevocationSweep(service, events, () -> List.of(stays, revoked, removed, lost)).run());
    await().until(() -> heard.size() == 2);
    assertThat(heard)
        .containsExactlyInAnyOrder(
            new ClusterMessage.CloseDevice("d2", "operator", 4001, "device token revoked", ALL),
            new ClusterMessage.CloseDevice("d3", null, 4001, "device removed", ALL));
  }

  /** Lets a device in; answers its generation. */
  private long admit(String deviceId) {
    return paired(service.admit(local(deviceId, Role.OPERATOR, READ))).generation();
  }

  private JsonNode call(String method, ObjectNode params, Caller caller) {
    var spec = Objects.requireNonNull(MethodCatalog.find(method));
    var call = new Call(spec, "1", caller, params, Replies.NONE_EXPECTED);
    JsonText answer = get(methods.handlers().get(method).handle(call));
    return Objects.requireNonNull(Json.tryParse(answer.toString()));
  }

  private void assertRefused(
      String method, ObjectNode params, Caller caller, String code, String message) {
    assertThatThrownBy(() -> call(method, params, caller))
        .satisfies(
            cause -> {
              var error = (GatewayError) cause;
              assertThat(error.shape().code()).isEqualTo(code);
              assertThat(error.shape().message()).isEqualTo(message);
            });
  }

  private JsonNode awaitEvent(String name) {
    await().until(() -> events(name).count() > 0);
    return Objects.requireNonNull(Json.tryParse(events(name).findFirst().orElseThrow().payload()));
  }

  private Stream<ClusterMessage.EventPublished> events(String name) {
    return heard.stream()
        .filter(ClusterMessage.EventPublished.class::isInstance)
        .map(ClusterMessage.EventPublished.class::cast)
        .filter(event -> event.event().equals(name));
  }

  private ClusterMessage.CloseDevice awaitClose() {
    await().until(() -> heard.stream().anyMatch(ClusterMessage.CloseDevice.class::isInstance));
    return heard.stream()
        .filter(ClusterMessage.CloseDevice.class::isInstance)
        .map(ClusterMessage.CloseDevice.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode device(String deviceId, String role) {
    return Json.object().put("deviceId", deviceId).put("role", role);
  }

  private static Caller caller(String deviceId, ProtocolVersion version, String... scopes) {
    return Callers.operator(scopes)
        .conn("conn-" + deviceId)
        .version(version)
        .device(deviceId)
        .remote()
        .make();
  }
}
