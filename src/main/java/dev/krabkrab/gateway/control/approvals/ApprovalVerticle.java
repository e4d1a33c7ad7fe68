package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the methods of approvals: {@code exec.approval.*}, {@code approval.*} and the policy
 * {@code exec.approvals.*}. Protocol 02 §2, 05 §13.
 */
public final class ApprovalVerticle extends FeatureVerticle {
  private final AuditTrail audit;
  private final DeviceNames names;
  private final ApprovalMetrics metrics;
  private @Nullable ApprovalService service;

  /**
   * @param audit each decision is entered there before it is told
   * @param names what people call the devices that decide
   */
  public ApprovalVerticle(
      Platform platform, AuditTrail audit, DeviceNames names, ApprovalMetrics metrics) {
    super(platform);
    this.audit = audit;
    this.names = names;
    this.metrics = metrics;
  }

  @Override
  protected void open(RedisLink link) {
    ApprovalService opened =
        new ApprovalService(
            vertx,
            link,
            platform,
            ApprovalSettings.of(platform.limits(), platform::content),
            metrics,
            audit);
    opened.nameDevices(names);
    ApprovalPolicyService policy =
        new ApprovalPolicyService(link, platform.ids(), platform.random(), audit);
    platform.bus().serve(new ApprovalMethods(opened, policy).handlers());
    service = opened;
  }

  /** The approvals of this instance, once it is deployed. */
  public ApprovalService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
