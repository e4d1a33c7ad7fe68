package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.platform.Async.get;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Several instances of the pairing service over one Redis namespace, and short ways to use them.
 */
final class Pairings implements AutoCloseable {
  static final Approver ADMIN = new Approver(null, null, List.of("operator.admin"));
  static final DeviceFacts FACTS =
      new DeviceFacts("Far Phone", "ios", "iPhone", "cli", "cli", "192.0.2.7", DeclaredFacts.NONE);
  static final DeviceFacts NO_FACTS =
      new DeviceFacts(null, null, null, null, null, null, DeclaredFacts.NONE);
  static final Origin AFAR = new Origin(null, "192.0.2.7", null);
  static final Origin HERE = new Origin(ApprovedVia.SILENT, "127.0.0.1", null);

  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings settings = TestRedis.settings();
  private final Duration ttl;
  private final List<RedisLink> links = new ArrayList<>();

  Pairings() {
    this(PairingService.REQUEST_TTL);
  }

  Pairings(Duration ttl) {
    this.ttl = ttl;
  }

  PairingService instance() {
    RedisLink link = link();
    return new PairingService(link, keys(link), AuditTrail.NONE, Pairings::uuid, ttl);
  }

  RedisLink link() {
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    links.add(link);
    return link;
  }

  RedisSettings redis() {
    return settings;
  }

  TokenKeys keys(RedisLink link) {
    return new TokenKeys(vertx, link, Pairings::uuid, new SecureRandom(), InstantSource.system());
  }

  @Override
  public void close() {
    links.forEach(link -> get(link.close()));
    get(vertx.close());
  }

  static String uuid() {
    return UUID.randomUUID().toString();
  }

  static AdmitRequest remote(String device, Role role, String... scopes) {
    return request(device, role, FACTS, false, true, null, scopes);
  }

  static AdmitRequest local(String device, Role role, String... scopes) {
    return request(device, role, FACTS, true, true, null, scopes);
  }

  static AdmitRequest withToken(String device, Role role, String token, String... scopes) {
    return request(device, role, FACTS, false, false, token, scopes);
  }

  static AdmitRequest request(
      String device,
      Role role,
      DeviceFacts facts,
      boolean silently,
      boolean secretOk,
      @Nullable String token,
      String... scopes) {
    return new AdmitRequest(
        device,
        "key-of-" + device,
        role,
        List.of(scopes),
        facts,
        silently ? HERE : AFAR,
        secretOk,
        token,
        false,
        BootstrapProof.NONE,
        false);
  }

  static AdmitRequest skipping(AdmitRequest request) {
    return new AdmitRequest(
        request.deviceId(),
        request.publicKey(),
        request.role(),
        request.scopes(),
        request.facts(),
        AFAR,
        true,
        null,
        true,
        BootstrapProof.NONE,
        false);
  }

  static AdmitRequest pinned(AdmitRequest request, @Nullable String platform) {
    return new AdmitRequest(
        request.deviceId(),
        request.publicKey(),
        request.role(),
        request.scopes(),
        new DeviceFacts(null, platform, null, null, null, null, DeclaredFacts.NONE),
        AFAR,
        true,
        null,
        false,
        BootstrapProof.NONE,
        true);
  }

  static Admission.Paired paired(Future<Admission> admission) {
    return (Admission.Paired) get(admission);
  }

  static Admission.Pending pending(Future<Admission> admission) {
    return (Admission.Pending) get(admission);
  }

  static Admission.TokenRefusal refused(Future<Admission> admission) {
    return ((Admission.TokenRefused) get(admission)).reason();
  }

  static Admission.IssuedToken token(Future<Admission> admission) {
    Admission.IssuedToken token = paired(admission).token();
    if (token == null) {
      throw new AssertionError("no token");
    }
    return token;
  }

  static <T> T done(Future<ManagementResult<T>> outcome) {
    return ((ManagementResult.Done<T>) get(outcome)).value();
  }
}
