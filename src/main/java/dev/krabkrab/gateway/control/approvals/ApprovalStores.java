package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.pairing.DeviceRightsService;
import dev.krabkrab.gateway.platform.redis.RedisLink;

/**
 * The stores of approvals in Redis.
 *
 * @param approvals from request to decision
 * @param claims what an approved command may still be run for
 */
record ApprovalStores(ApprovalStore approvals, ClaimStore claims) {
  /** Those over a link to Redis. */
  static ApprovalStores of(
      RedisLink link,
      ApprovalStore approvals,
      ApprovalSettings settings,
      DeviceRightsService devices) {
    return new ApprovalStores(
        approvals,
        new ClaimStore(link, link.settings(), approvals, settings.retentionMs(), devices));
  }
}
