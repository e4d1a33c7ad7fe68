package dev.krabkrab.gateway.platform.telemetry;

import dev.krabkrab.gateway.platform.protocol.Caller;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Says on a log line for whom it is written: {@code conn}, {@code device}, {@code method}, {@code
 * trace}. A line whose level is off costs nothing. Values are ids and names of ours, never what a
 * client wrote.
 */
public final class LogFields {
  /** Enough of a device's id to tell it from others, and to find it with. */
  private static final int DEVICE_LENGTH = 12;

  private LogFields() {}

  /** For a connection that is through its handshake. */
  public static LoggingEventBuilder of(LoggingEventBuilder line, Caller caller) {
    return of(line, caller.connId(), caller);
  }

  /**
   * For a connection.
   *
   * @param caller who it is, or null before that is known
   */
  public static LoggingEventBuilder of(
      LoggingEventBuilder line, String connId, @Nullable Caller caller) {
    LoggingEventBuilder named = line.addKeyValue("conn", connId);
    String device = caller == null ? null : caller.deviceId();
    return device == null ? named : named.addKeyValue("device", () -> brief(device));
  }

  /** For a call of a method of the catalogue. */
  public static LoggingEventBuilder of(
      LoggingEventBuilder line, Caller caller, String method, Trace trace) {
    return of(of(line, caller).addKeyValue("method", method), trace);
  }

  /** For something that happens in a trace. */
  public static LoggingEventBuilder of(LoggingEventBuilder line, Trace trace) {
    String id = trace.id();
    return id == null ? line : line.addKeyValue("trace", id);
  }

  /** The first characters of a device's id. */
  public static String brief(String deviceId) {
    return deviceId.substring(0, Math.min(DEVICE_LENGTH, deviceId.length()));
  }
}
