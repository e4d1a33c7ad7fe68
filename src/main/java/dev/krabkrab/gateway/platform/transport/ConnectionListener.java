package dev.krabkrab.gateway.platform.transport;

/** Follows one connection; called always on the connection's event loop. */
public interface ConnectionListener {
  /** The socket is open; nothing has been sent. */
  void opened(Connection connection);

  /** A complete message within the size limit. Text and binary are alike. Protocol 01a §1.2. */
  void message(Connection connection, byte[] utf8);

  /** The socket is gone, for whatever reason; called exactly once. */
  void closed(Connection connection);
}
