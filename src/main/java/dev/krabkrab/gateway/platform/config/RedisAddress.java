package dev.krabkrab.gateway.platform.config;

import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address of Redis, with the password in it that may have come on its own. */
final class RedisAddress {
  private static final Pattern SHAPE = Pattern.compile("rediss?(\\+sentinel|\\+cluster)?://\\S+");

  /** Where an address begins and who it names; several are separated by commas. */
  private static final Pattern START = Pattern.compile("(rediss?(?:\\+\\w+)?://)(?:([^/@\\s]*)@)?");

  private RedisAddress() {}

  /**
   * The address, or null for none.
   *
   * @throws InvalidSettingException for what is no address, and for a password that has no address
   *     or a second password to compete with
   */
  static @Nullable String of(Setting address, Setting password) {
    String url = address.text();
    String secret = password.text();
    if (url != null && !SHAPE.matcher(url).matches()) {
      throw address.refused("an address like redis://host:6379");
    }
    if (url != null && Placeholders.isIn(url)) {
      throw address.refused("an address with the password itself and no placeholder for it");
    }
    if (secret != null && Placeholders.isIn(secret)) {
      throw password.refused("the password itself and no placeholder for a hidden one");
    }
    if (secret == null) {
      return url;
    }
    if (url == null) {
      throw new InvalidSettingException("redis.password needs a redis.url");
    }
    if (START.matcher(url).results().anyMatch(RedisAddress::hasPassword)) {
      throw new InvalidSettingException(
          "redis.password is given twice: on its own and in redis.url");
    }
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    return START
        .matcher(url)
        .replaceAll(start -> start.group(1) + user(start) + ":" + encoded + "@");
  }

  private static boolean hasPassword(MatchResult start) {
    return user(start).contains(":");
  }

  private static String user(MatchResult start) {
    return start.group(2) == null ? "" : start.group(2);
  }
}
