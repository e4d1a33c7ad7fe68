package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.approvals.ApprovalMethods;
import dev.krabkrab.gateway.approvals.ApprovalPolicyService;
import dev.krabkrab.gateway.approvals.ApprovalService;
import dev.krabkrab.gateway.approvals.ApprovalSettings;
import dev.krabkrab.gateway.audit.AuditService;
import dev.krabkrab.gateway.config.LimitSettings;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import io.vertx.core.Vertx;

/** Builds what asks people before a command runs. */
final class ApprovalRoom {
  private ApprovalRoom() {}

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
                () -> ruleDays(core.document().document().parsed())),
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
