package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.access.audit.AuditService;
import dev.krabkrab.gateway.access.audit.AuditVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the methods of approvals: {@code exec.approval.*}, {@code approval.*} and the policy
 * {@code exec.approvals.*}. Protocol 02 §2, 05 §13.
 */
public final class ApprovalVerticle extends VerticleBase {
  private final Platform platform;
  private final AuditVerticle audit;
  private final DeviceNames names;
  private final ApprovalMetrics metrics;
  private @Nullable ApprovalService service;

  /**
   * @param audit each decision is entered there before it is told, on the same event loop and
   *     connection
   * @param names what people call the devices that decide
   */
  public ApprovalVerticle(
      Platform platform, AuditVerticle audit, DeviceNames names, ApprovalMetrics metrics) {
    this.platform = platform;
    this.audit = audit;
    this.names = names;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    return audit.beside(this::open);
  }

  private void open(RedisLink link) {
    AuditService trail = audit.service();
    ApprovalService opened =
        new ApprovalService(
            vertx,
            link,
            platform,
            ApprovalSettings.of(platform.limits(), platform::content),
            metrics,
            trail);
    opened.nameDevices(names);
    ApprovalPolicyService policy =
        new ApprovalPolicyService(link, platform.ids(), platform.random(), trail);
    platform.bus().serve(new ApprovalMethods(opened, policy, trail, platform.clock()).handlers());
    platform.bus().serve(new ApprovalViewers(vertx, platform, names).handlers());
    service = opened;
  }

  /** The approvals of this instance, once it is deployed. */
  public ApprovalService service() {
    return Objects.requireNonNull(service, "not deployed");
  }
}
