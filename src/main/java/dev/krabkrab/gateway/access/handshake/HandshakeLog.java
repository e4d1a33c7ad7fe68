package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.handshake.HandshakeMetrics.Outcome;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import dev.krabkrab.gateway.platform.telemetry.LinePace;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import dev.krabkrab.gateway.platform.transport.Connection;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log who came, who was refused and why, and who left: a line each, and of what is too
 * much in a minute one line that says how much. Names that clients give themselves are shown as
 * text of others. Safe from any thread.
 */
final class HandshakeLog {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeLog.class);
  private static final long MINUTE_MS = 60_000;

  /** Strangers can be refused as often as they like. */
  private static final int MOST_REFUSED = 10;

  private static final int MOST_REFUSED_OF_ONE = 3;
  private static final int MOST_LET_IN = 60;
  private static final int MOST_OF_ONE = 6;
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_REASON = 200;

  private final LinePace came;
  private final LinePace left;
  private final LinePace refused;
  private final InstantSource clock;
  private boolean sums;

  HandshakeLog(InstantSource clock) {
    this.clock = clock;
    this.came = new LinePace(MOST_LET_IN, MOST_OF_ONE, clock);
    this.left = new LinePace(MOST_LET_IN, MOST_OF_ONE, clock);
    this.refused = new LinePace(MOST_REFUSED, MOST_REFUSED_OF_ONE, clock);
  }

  /** Says every minute what was left out; of effect once. */
  synchronized void sumUp(Vertx vertx) {
    if (!sums) {
      sums = true;
      vertx.setPeriodic(MINUTE_MS, timer -> sumUp());
    }
  }

  void sumUp() {
    sum(came, "connected");
    sum(left, "left");
    sum(refused, "were refused");
  }

  private static void sum(LinePace pace, String what) {
    long more = pace.leftOut();
    if (more > 0) {
      LOG.info("{} more connections {}, without a line each", more, what);
    }
  }

  void connected(Caller caller) {
    if (came.take(who(caller))) {
      LogFields.of(LOG.atInfo(), caller)
          .addKeyValue("role", caller.role())
          .addKeyValue("protocol", caller.version().number())
          .log("{} connected", shown(caller));
    }
  }

  void left(Caller caller) {
    if (left.take(who(caller))) {
      long seconds = Math.max(0, clock.millis() - caller.connectedAtMs()) / 1_000;
      LogFields.of(LOG.atInfo(), caller).log("{} left after {} s", shown(caller), seconds);
    }
  }

  /**
   * Somebody was not let in.
   *
   * @param from the address it came from
   * @param why as it is told
   */
  void refused(Connection connection, Outcome outcome, String from, String why) {
    if (refused.take(from)) {
      Caller caller = connection.caller();
      LogFields.of(LOG.atInfo(), connection.id(), caller)
          .addKeyValue("outcome", outcome.label())
          .log(
              "connection from {} refused ({}): {}{}",
              SafeText.value(from),
              outcome.label(),
              bounded(why, LONGEST_REASON),
              caller == null ? "" : "; it calls itself " + shown(caller));
    }
  }

  /** A socket is gone, whether or not anybody was let in over it. */
  static void closed(Connection connection) {
    LogFields.of(LOG.atDebug(), connection.id(), connection.caller()).log("socket closed");
  }

  private static String who(Caller caller) {
    String device = caller.deviceId();
    return device != null ? device : Objects.requireNonNullElse(caller.remoteIp(), "here");
  }

  private static String shown(Caller caller) {
    String device = caller.deviceId();
    return caller.role()
        + " \""
        + bounded(caller.label(), LONGEST_NAME).replace('"', '\'')
        + "\""
        + (device == null ? "" : " (device " + LogFields.brief(device) + ")")
        + part(" as ", caller.user())
        + " from "
        + Objects.requireNonNullElse(caller.remoteIp(), "this host");
  }

  private static String part(String before, @Nullable String text) {
    return text == null ? "" : before + bounded(text, LONGEST_NAME);
  }

  private static String bounded(String text, int longest) {
    String cut =
        text.codePointCount(0, text.length()) <= longest
            ? text
            : text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
    return SafeText.value(cut);
  }
}
