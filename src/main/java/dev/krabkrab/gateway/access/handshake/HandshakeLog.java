package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import dev.krabkrab.gateway.platform.transport.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log lines on the life of a connection; nothing that a client wrote is in them. */
final class HandshakeLog {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeLog.class);

  private HandshakeLog() {}

  static void connected(Caller caller) {
    LogFields.of(LOG.atDebug(), caller)
        .addKeyValue("role", caller.role())
        .addKeyValue("protocol", caller.version().number())
        .log("connected");
  }

  static void refused(Connection connection, Outcome outcome) {
    LogFields.of(LOG.atDebug(), connection.id(), connection.caller())
        .addKeyValue("outcome", outcome.label())
        .log("connect refused");
  }

  static void closed(Connection connection) {
    LogFields.of(LOG.atDebug(), connection.id(), connection.caller()).log("disconnected");
  }
}
