package dev.krabkrab.gateway.control.approvals;

import io.vertx.core.Future;

/** The names that people gave to paired devices. Asked and answered on any thread. */
public interface DeviceNames {
  /** Nobody has named any. */
  DeviceNames NONE = deviceId -> Future.succeededFuture("");

  /** The name that an operator gave the device, or blank. */
  Future<String> labelOf(String deviceId);
}
