package dev.krabkrab.gateway.approvals;

import io.vertx.core.Future;

/** What people call a paired device. Asked and answered on any thread. */
public interface DeviceNames {
  /** Nobody has named any. */
  DeviceNames NONE = deviceId -> Future.succeededFuture("");

  /** The name that an operator gave the device, or blank. */
  Future<String> labelOf(String deviceId);
}
