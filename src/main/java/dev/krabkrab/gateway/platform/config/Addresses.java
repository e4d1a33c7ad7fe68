package dev.krabkrab.gateway.platform.config;

import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks addresses as text, without asking any name service. */
final class Addresses {
  private static final String EXPECTED = "loopback, lan or an IP address";

  private Addresses() {}

  /** The address to listen on. */
  static String bind(Setting setting, Setting custom) {
    String text = setting.text();
    return switch (text == null ? "loopback" : text.toLowerCase(Locale.ROOT)) {
      case "loopback", "localhost", "auto" -> "127.0.0.1";
      case "lan" -> "0.0.0.0";
      case "custom" -> literal(custom, custom.text());
      default -> literal(setting, text);
    };
  }

  static boolean isLoopback(String address) {
    InetAddress parsed = parse(address);
    return parsed != null && parsed.isLoopbackAddress();
  }

  /** Whether the text is an IP address, or one with a prefix length. */
  static boolean isAddressOrRange(String text) {
    int slash = text.indexOf('/');
    InetAddress address = parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null || slash < 0) {
      return address != null;
    }
    String prefix = text.substring(slash + 1);
    return prefix.matches("\\d{1,3}")
        && Integer.parseInt(prefix) <= address.getAddress().length * 8;
  }

  private static String literal(Setting setting, @Nullable String text) {
    if (text == null || parse(text) == null) {
      throw setting.refused(EXPECTED);
    }
    return text;
  }

  private static @Nullable InetAddress parse(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }
}
