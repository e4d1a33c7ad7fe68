package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Devices in Redis, each in its bucket, one script for each transition. Fails closed: without
 * Redis, every future fails.
 */
final class DeviceStore {
  private static final LuaScript ADMIT = LuaScript.load("lua/access/pairing/admit.lua");
  private static final LuaScript APPROVE = LuaScript.load("lua/access/pairing/approve.lua");
  private static final LuaScript REJECT = LuaScript.load("lua/access/pairing/reject.lua");
  private static final LuaScript ROTATE = LuaScript.load("lua/access/pairing/rotate.lua");
  private static final LuaScript REVOKE = LuaScript.load("lua/access/pairing/revoke.lua");
  private static final LuaScript REMOVE = LuaScript.load("lua/access/pairing/remove.lua");
  private static final LuaScript RENAME = LuaScript.load("lua/access/pairing/rename.lua");

  private static final String LATER = "later";

  /** In place of scopes: all that were asked for. */
  private static final String ALL = "*";

  private final RedisLink redis;

  DeviceStore(RedisLink redis) {
    this.redis = redis;
  }

  /** A settled request. */
  record Settled(String deviceId, @Nullable PairedDevice device, long atMs) {}

  /** A rotated token. */
  record Rotated(PairedDevice device, boolean narrowed) {}

  /**
   * A removed device; the request it had pending, if any, is gone too.
   *
   * @param stillPaired only its being a node was removed
   */
  record Removed(@Nullable String requestId, long atMs, long generation, boolean stillPaired) {}

  /** The answer of the admission script, before token texts. */
  sealed interface Verdict {
    record In(@Nullable PairedDevice device, @Nullable String approved, long atMs)
        implements Verdict {}

    record Waiting(Admission.Pending pending) implements Verdict {}

    record Refused(Admission.TokenRefusal reason) implements Verdict {}

    /** It would be approved without a question, but cannot be at this moment. */
    record Later() implements Verdict {}
  }

  /** Fresh names a transition may need. */
  record Fresh(String requestId, String jti, String kid) {
    static Fresh of(String deviceId, String kid, Ids ids) {
      UUID random = UUID.fromString(ids.uuid());
      String requestId = Buckets.requestId(Buckets.device(deviceId), random);
      return new Fresh(requestId, ids.uuid(), kid);
    }
  }

  /**
   * Decides whether a device may connect.
   *
   * @param ttlMs life of a request; 0 when it must not wait for an approval
   */
  Future<Verdict> admit(
      AdmitRequest request, String jti, Fresh fresh, long ttlMs, boolean mayApprove) {
    var args = new ArrayList<String>();
    args.addAll(List.of(request.deviceId(), request.publicKey(), request.role().wire()));
    args.add(joined(request.scopes()));
    args.add(flag(request.skipPairing()));
    ApprovedVia approvedVia = request.origin().approvedVia();
    args.add(approvedVia == null ? "" : mayApprove ? approvedVia.wire() : LATER);
    args.add(flag(request.sharedSecretOk()));
    args.addAll(List.of(jti, fresh.requestId(), fresh.jti(), fresh.kid()));
    args.add(ttlMs > 0 ? Long.toString(ttlMs) : "");
    args.add(flag(request.pinMetadata()));
    args.add(request.voucher().bootstrap());
    args.add(Long.toString(request.voucher().lifeMs()));
    args.add(Long.toString(request.voucher().madeAtMs()));
    args.add(request.voucher().by());
    args.add(request.origin().address());
    args.addAll(request.facts().pairs());
    return write(ADMIT, Buckets.device(request.deviceId()), args)
        .map(answer -> verdict(request.deviceId(), answer));
  }

  Future<ManagementResult<Settled>> approve(
      String requestId, Approver caller, @Nullable List<String> scopes, Fresh fresh) {
    List<String> args =
        List.of(
            requestId,
            joined(caller.scopes()),
            fresh.jti(),
            fresh.kid(),
            orEmpty(caller.deviceId()),
            orEmpty(caller.name()),
            joined(DeviceFacts.names()),
            scopes == null ? ALL : joined(scopes));
    return settle(APPROVE, requestId, args)
        .map(
            answer ->
                managed(
                    answer,
                    ok -> {
                      String deviceId = ok.get(2).toString();
                      var device = PairedDevice.of(deviceId, fields(ok.get(1)));
                      return new Settled(deviceId, device, number(ok.get(3)));
                    }));
  }

  Future<ManagementResult<Settled>> reject(String requestId) {
    return settle(REJECT, requestId, List.of(requestId))
        .map(
            answer ->
                managed(answer, ok -> new Settled(ok.get(1).toString(), null, number(ok.get(2)))));
  }

  Future<ManagementResult<Rotated>> rotate(
      String deviceId, String role, @Nullable List<String> scopes, Approver caller, Fresh fresh) {
    List<String> args =
        List.of(
            deviceId,
            role,
            flag(scopes != null),
            scopes == null ? "" : joined(scopes),
            joined(caller.scopes()),
            fresh.jti(),
            fresh.kid());
    return write(ROTATE, Buckets.device(deviceId), args)
        .map(
            answer ->
                managed(
                    Optional.of(answer),
                    ok ->
                        new Rotated(
                            PairedDevice.of(deviceId, fields(ok.get(1))),
                            ok.get(2).toString().equals("1"))));
  }

  Future<ManagementResult<Revocation>> revoke(String deviceId, String role, Approver caller) {
    List<String> args = List.of(deviceId, role, joined(caller.scopes()));
    return write(REVOKE, Buckets.device(deviceId), args)
        .map(
            answer ->
                managed(
                    Optional.of(answer),
                    ok -> new Revocation(number(ok.get(1)), number(ok.get(2)))));
  }

  Future<ManagementResult<Removed>> remove(String deviceId, Approver caller) {
    return remove(deviceId, caller, false);
  }

  /** Forgets that a device is a node, and the device when it is nothing else. */
  Future<ManagementResult<Removed>> removeNode(String deviceId, Approver caller) {
    return remove(deviceId, caller, true);
  }

  private Future<ManagementResult<Removed>> remove(
      String deviceId, Approver caller, boolean asNode) {
    List<String> args =
        List.of(deviceId, joined(caller.scopes()), orEmpty(caller.deviceId()), flag(asNode));
    return write(REMOVE, Buckets.device(deviceId), args)
        .map(
            answer ->
                managed(
                    Optional.of(answer),
                    ok ->
                        new Removed(
                            orNull(ok.get(1)),
                            number(ok.get(2)),
                            number(ok.get(3)),
                            ok.get(4).toString().equals("1"))));
  }

  /** Labels a paired device; false when there is none. */
  Future<Boolean> rename(String deviceId, String label) {
    return write(RENAME, Buckets.device(deviceId), List.of(deviceId, label))
        .map(answer -> number(answer) == 1);
  }

  private Future<Optional<Response>> settle(LuaScript script, String requestId, List<String> args) {
    OptionalInt bucket = Buckets.ofRequest(requestId);
    return bucket.isEmpty()
        ? Future.succeededFuture(Optional.empty())
        : write(script, bucket.getAsInt(), args).map(Optional::of);
  }

  private Future<Response> write(LuaScript script, int bucket, List<String> args) {
    return redis.runDurable(script, List.of(prefix(redis, bucket)), args);
  }

  static String prefix(RedisLink redis, int bucket) {
    return redis.settings().key(Buckets.aggregate(bucket), "");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String joined(List<String> scopes) {
    return String.join(",", scopes);
  }

  private static String flag(boolean value) {
    return value ? "1" : "0";
  }

  private static <T> ManagementResult<T> managed(
      Optional<Response> answer, Function<Response, T> read) {
    if (answer.isEmpty()) {
      return new ManagementResult.Unknown<>();
    }
    Response response = answer.get();
    return switch (response.get(0).toString()) {
      case "ok" -> new ManagementResult.Done<>(read.apply(response));
      case "missing" -> new ManagementResult.Missing<>(response.get(1).toString());
      case "revoked" -> new ManagementResult.Revoked<>();
      default -> new ManagementResult.Unknown<>();
    };
  }

  private static Verdict verdict(String deviceId, Response answer) {
    return switch (answer.get(0).toString()) {
      case "paired" -> {
        Map<String, String> fields = fields(answer.get(1));
        PairedDevice device = fields.isEmpty() ? null : PairedDevice.of(deviceId, fields);
        yield new Verdict.In(device, orNull(answer.get(2)), number(answer.get(3)));
      }
      case "pending" ->
          new Verdict.Waiting(
              new Admission.Pending(
                  PairingRequest.of(fields(answer.get(1))),
                  answer.get(2).toString().equals("1"),
                  orNull(answer.get(3)),
                  null,
                  0,
                  Admission.Reason.of(answer.get(4).toString()),
                  PairedDevice.list(answer.get(5).toString()),
                  PairedDevice.list(answer.get(6).toString()),
                  number(answer.get(7))));
      case LATER -> new Verdict.Later();
      default -> new Verdict.Refused(Admission.TokenRefusal.of(answer.get(1).toString()));
    };
  }

  static Map<String, String> fields(Response flat) {
    var fields = new HashMap<String, String>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    return fields;
  }

  private static @Nullable String orNull(Response text) {
    String value = text.toString();
    return value.isEmpty() ? null : value;
  }

  static long number(Response text) {
    return Long.parseLong(text.toString());
  }
}
