package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.approvals.ApprovalMethods;
import dev.krabkrab.gateway.approvals.ApprovalPolicyService;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.approvals.ApprovalSettings;
import dev.krabkrab.gateway.approvals.DeviceNames;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.pairing.PairedDevice;
import dev.krabkrab.gateway.pairing.PairingService;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/** Builds what asks people before a command runs. */
final class ApprovalRoom {
  private ApprovalRoom() {}

  /**
   * The names that operators gave to paired devices.
   *
   * @param home where pairing is at home
   */
  static DeviceNames names(Vertx home, PairingService pairing) {
    Context there = home.getOrCreateContext();
    return deviceId ->
        Future.future(
            found ->
                there.runOnContext(
                    now -> pairing.find(deviceId).map(ApprovalRoom::label).onComplete(found)));
  }

  private static String label(Optional<PairedDevice> device) {
    return device.map(PairedDevice::label).orElse("");
  }

  /** Its context and connection are the audit trail's: each decision is followed by its entry. */
  static ApprovalService open(
      Vertx own, RedisLink link, Core core, MethodBus bus, AuditService audit) {
    ApprovalSettings defaults = ApprovalSettings.DEFAULTS;
    LimitSettings limits = core.plan().settings().limits();
    ApprovalService service =
        ApprovalService.create(
            own,
            link,
            core.backplane(),
            core.broadcaster(),
            core.membership(),
            core.ids(),
            core.clock(),
            core.random(),
            new ApprovalSettings(
                defaults.retentionMs(),
                defaults.busyCheckMs(),
                defaults.idleCheckMs(),
                limits.pendingApprovalsPerConnection(),
                limits.pendingApprovalsPerDevice(),
                limits.pendingApprovalKilobytesPerDevice(),
                core.settings().approvalFailFast(),
                () -> ruleDays(core.document().document().parsed()),
                () ->
                    core.document()
                        .document()
                        .parsed()
                        .at("/approvals/exec/forbidSelfApproval")
                        .asBoolean()),
            core.instruments().approvals(),
            audit);
    ApprovalPolicyService policy =
        new ApprovalPolicyService(link, core.ids(), core.random(), audit);
    bus.serve(new ApprovalMethods(service, policy).handlers());
    return service;
  }

  private static int ruleDays(JsonNode document) {
    return document.at("/approvals/exec/ruleDays").asInt(ApprovalSettings.USUAL_RULE_DAYS);
  }
}
