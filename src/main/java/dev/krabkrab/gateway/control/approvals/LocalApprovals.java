package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.Platform;
import io.vertx.core.Vertx;

/**
 * What one instance knows of pending approvals and who waits for them. For the context of the
 * approvals.
 *
 * @param pending what approvers of this instance are shown
 * @param perDevice how much of it each device has requested
 * @param waiters the calls that wait here
 * @param waits answers them
 */
record LocalApprovals(
    PendingCache pending, PendingPerDevice perDevice, Waiters waiters, ApprovalWaits waits) {

  /** Knows of none yet; on the calling context. */
  static LocalApprovals open(
      Vertx vertx, ApprovalStore store, Platform platform, ApprovalSettings settings) {
    PendingPerDevice perDevice =
        new PendingPerDevice(
            settings.maxPerDevice(), settings.maxKilobytesPerDevice() * 1024L, platform.clock());
    Waiters waiters = new Waiters(settings.maxPerConnection());
    return new LocalApprovals(
        new PendingCache(platform.clock(), perDevice),
        perDevice,
        waiters,
        new ApprovalWaits(vertx, store, waiters, platform.broadcaster(), platform.instance()));
  }

  /** How much of the limits is used. */
  ApprovalUsage usage() {
    return new ApprovalUsage(waiters.most(), perDevice.most(), perDevice.mostBytes());
  }
}
