package dev.krabkrab.gateway.platform.net;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A target was not reached through a proxy. The message names the proxy, and is for people. */
public final class ProxyFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** The status of a proxy that refuses a tunnel: as Netty and as the JDK write it. */
  private static final Pattern STATUS = Pattern.compile("(?:status|got): ?([1-5][0-9]{2})\\b");

  private static final int WANTS_A_USER = 407;

  private ProxyFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** What a client said when it did not get through. */
  public static ProxyFailure of(HttpProxy proxy, Throwable failed) {
    return new ProxyFailure("no way" + words(proxy, failed), failed);
  }

  /** What a proxy answered in place of the target. */
  static ProxyFailure of(HttpProxy proxy, int status) {
    return new ProxyFailure("no way" + words(proxy, status), new IOException("refused"));
  }

  /** Words to follow what cannot be reached: through which proxy, and why if that is known. */
  public static String words(HttpProxy proxy, Throwable failed) {
    for (Throwable one = failed; one != null; one = one.getCause()) {
      Matcher status = STATUS.matcher(String.valueOf(one.getMessage()));
      if (status.find()) {
        return words(proxy, Integer.parseInt(status.group(1)));
      }
    }
    return Egress.words(proxy);
  }

  /** Words to follow what a proxy refused. */
  public static String words(HttpProxy proxy, int status) {
    return Egress.words(proxy)
        + (status == WANTS_A_USER
            ? ", which asks for another user and password (status 407)"
            : ", which refuses (status " + status + ")");
  }

  /** Whether an answer is a proxy's that wants to know who asks. */
  public static boolean wantsUser(int status) {
    return status == WANTS_A_USER;
  }
}
