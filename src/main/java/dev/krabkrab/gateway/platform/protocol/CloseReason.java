package dev.krabkrab.gateway.platform.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Why the server closes a socket. Protocol 01a §13.2.
 *
 * @param code WebSocket close code
 * @param reason text of at most {@value #MAX_REASON_BYTES} bytes of UTF-8, maybe empty; with
 *     escapes for what a reader would not see
 */
public record CloseReason(int code, String reason) {
  /** A close frame has room for 123 bytes; the protocol cuts at this bound. */
  public static final int MAX_REASON_BYTES = 120;

  /** Handshake timeout, and a first frame that is no JSON: the reference closes without a word. */
  public static final CloseReason SILENT = new CloseReason(1000, "");

  public static final CloseReason PROTOCOL_MISMATCH = new CloseReason(1002, "protocol mismatch");
  public static final CloseReason BAD_UTF8 = new CloseReason(1007, "");
  public static final CloseReason TOO_BIG = new CloseReason(1009, "");
  public static final CloseReason PREAUTH_TOO_BIG =
      new CloseReason(1009, "preauth payload too large");
  public static final CloseReason SLOW_CONSUMER = new CloseReason(1008, "slow consumer");
  public static final CloseReason FLOODED = new CloseReason(1008, "too many small frames");
  public static final CloseReason SUPERSEDED = new CloseReason(1008, "superseded");
  public static final CloseReason REPEATED_UNAUTHORIZED =
      new CloseReason(1008, "repeated unauthorized calls");

  /** Clients reconnect on it at once; sent for every stop, as the reference does. */
  public static final CloseReason SERVICE_RESTART = new CloseReason(1012, "service restart");

  public static final CloseReason TRY_AGAIN_LATER = new CloseReason(1013, "gateway starting");
  public static final CloseReason GATEWAY_BUSY = new CloseReason(1013, "gateway busy");
  public static final CloseReason DEVICE_TOKEN_REVOKED =
      new CloseReason(4001, "device token revoked");
  public static final CloseReason DEVICE_REMOVED = new CloseReason(4001, "device removed");

  public static final CloseReason TOKEN_EXPIRED = new CloseReason(4001, "gateway token expired");
  public static final CloseReason TOKEN_REVOKED = new CloseReason(4001, "gateway token revoked");

  public CloseReason {
    reason = cut(SafeText.line(reason));
  }

  /** A refused handshake: 1008 with the text of the error. */
  public static CloseReason policy(String reason) {
    return new CloseReason(1008, reason.isEmpty() ? "invalid handshake" : reason);
  }

  private static String cut(String text) {
    if (text.length() * 3 <= MAX_REASON_BYTES) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int bytes = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int size = Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
      if (bytes + size > MAX_REASON_BYTES) {
        break;
      }
      kept.appendCodePoint(point);
      bytes += size;
      at += Character.charCount(point);
    }
    return kept.toString();
  }
}
