package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a port can be had before an instance joins anything: one that cannot serve does not
 * appear to the others.
 */
final class PortCheck {
  private static final int LAST = 65_535;

  private PortCheck() {}

  /** Why the instance's port cannot be opened, for the user; null when it can. */
  static @Nullable String problem(InstanceSettings own, PasteCommands commands) {
    if (own.port() == 0) {
      return null;
    }
    IOException failure = failure(own.bind(), own.port());
    return failure == null ? null : explained(own, failure.getMessage(), commands);
  }

  /** The same of a port that turned out to be taken when it was opened. */
  static String explained(InstanceSettings own, @Nullable String failure, PasteCommands commands) {
    String place = "port " + own.port() + " on " + own.bind();
    String reason = String.valueOf(failure).toLowerCase(Locale.ROOT);
    if (reason.contains("assign")) {
      return own.bind() + " is no address of this machine; gateway.bind (--bind) takes one that is";
    }
    if (reason.contains("denied") || reason.contains("permitted")) {
      return place + " may not be opened by this user: take one above 1023 (--port)";
    }
    return place
        + " is taken. Is a gateway running already ("
        + commands.client("status")
        + ")? A second instance needs a port of its own: "
        + commands.another(next(own));
  }

  /** A port for another instance beside this one: the next that nobody has. */
  static int next(InstanceSettings own) {
    return next(own, own.port());
  }

  /** The next one above a port. */
  static int next(InstanceSettings own, int above) {
    int management = own.management() == null ? -1 : own.management().port();
    for (int port = above + 1; port <= LAST; port++) {
      if (port != management && failure(own.bind(), port) == null) {
        return port;
      }
    }
    return 0;
  }

  private static @Nullable IOException failure(String bind, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
