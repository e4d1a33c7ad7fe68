package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.control.approvals.ApprovalPolicyStore.Stored;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Base64;

/** The approval policy document, shared by all instances. Protocol 02 §3, §16 (E18). */
public final class ApprovalPolicyService {
  private static final int TOKEN_BYTES = 24;
  private static final int ATTEMPTS = 5;
  private static final String RETRY = "; re-run exec.approvals.get and retry";

  private final ApprovalPolicyStore store;
  private final ApprovalPolicy policy;
  private final SecureRandom random;
  private final AuditTrail audit;
  private final String home;

  /** Works on the document of the link's namespace. */
  public ApprovalPolicyService(RedisLink link, Ids ids, SecureRandom random, AuditTrail audit) {
    this.store = new ApprovalPolicyStore(link);
    this.policy = new ApprovalPolicy(ids);
    this.random = random;
    this.audit = audit;
    this.home = "redis:" + link.settings().namespace() + "/";
  }

  Future<JsonText> get(Caller by) {
    return current(ATTEMPTS).map(stored -> snapshot(stored, by.isV4()));
  }

  Future<JsonText> set(Caller by, ObjectNode params) {
    return current(ATTEMPTS)
        .compose(
            stored -> {
              String baseHash = Json.nonBlank(params, "baseHash");
              if (baseHash == null) {
                throw GatewayError.invalid("exec approvals base hash required" + RETRY);
              }
              if (!baseHash.equals(stored.hash())) {
                throw changed();
              }
              if (!(params.get("file") instanceof ObjectNode file)) {
                throw GatewayError.invalid("exec approvals file is required");
              }
              JsonNode socket = Json.parseObject(stored.text()).path("socket");
              String text = ApprovalPolicy.text(policy.withSocket(policy.normalized(file), socket));
              return audit.entering(
                  AuditEvent.unknown(
                      AuditAction.APPROVAL_POLICY_CHANGED, by, "before", stored.hash()),
                  () -> store.replace(stored.hash(), text).map(now -> mine(now, text)),
                  now -> ApprovalEntries.policy(by, stored.hash(), now.hash()));
            })
        .map(stored -> snapshot(stored, by.isV4()));
  }

  private static Stored mine(Stored now, String text) {
    if (!now.text().equals(text)) {
      throw changed();
    }
    return now;
  }

  /** The stored document in its normal form; writes it when it is missing or not yet so. */
  private Future<Stored> current(int attempts) {
    return store
        .read()
        .compose(
            stored -> {
              if (stored == null) {
                return settle("", ApprovalPolicy.text(fresh()), attempts);
              }
              ObjectNode file = Json.parseObject(stored.text());
              String text = ApprovalPolicy.text(policy.normalized(file));
              return text.equals(stored.text())
                  ? Future.succeededFuture(stored)
                  : settle(stored.hash(), text, attempts);
            });
  }

  private Future<Stored> settle(String expectedHash, String text, int attempts) {
    return store
        .replace(expectedHash, text)
        .compose(
            now ->
                now.text().equals(text) || attempts == 0
                    ? Future.succeededFuture(now)
                    : current(attempts - 1));
  }

  private ObjectNode fresh() {
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    ObjectNode file = Json.object().put("version", 1);
    file.putObject("socket")
        .put("path", home + "exec-approvals.sock")
        .put("token", Base64.getUrlEncoder().withoutPadding().encodeToString(token));
    return policy.normalized(file);
  }

  /**
   * @param resolved with what goes for agents the document does not name, as protocol 4 has it
   */
  private JsonText snapshot(Stored stored, boolean resolved) {
    ObjectNode file = Json.parseObject(stored.text());
    ObjectNode json = Json.object().put("path", home + "exec-approvals.json").put("exists", true);
    json.put("hash", stored.hash());
    json.set("file", ApprovalPolicy.redacted(file));
    if (resolved) {
      json.set("resolvedDefaults", ExecDefaults.of(file).toJson());
    }
    return JsonText.of(json);
  }

  private static GatewayError changed() {
    return GatewayError.invalid("exec approvals changed since last load" + RETRY);
  }
}
