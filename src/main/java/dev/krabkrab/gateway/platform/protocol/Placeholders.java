package dev.krabkrab.gateway.platform.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Texts that stand where a secret is not shown, or where one ought to be filled in. None of them is
 * ever a secret: whoever has seen one printed knows it.
 */
public final class Placeholders {
  /** What the command line prints. */
  public static final String HIDDEN = "(hidden)";

  /** What control UIs and other gateways of this protocol print. */
  public static final String REDACTED = "__OPENCLAW_REDACTED__";

  /** What log lines and audit entries show. */
  public static final String MASKED = "***";

  /** Those that mean nothing else wherever they stand. */
  private static final List<String> UNMISTAKABLE = List.of(HIDDEN, REDACTED);

  private static final Pattern SHAPE =
      Pattern.compile(
          "[\\[(<{]{1,2}\\s*(?:hidden|redacted|masked|secret)\\s*[\\])>}]{1,2}"
              + "|__[a-z]+_redacted__|_*redacted_*|[*\u2022\u25cf]{3,}");

  /** Variables in the words of other tools; a password may contain these, but not be one. */
  private static final Pattern TEMPLATE =
      Pattern.compile(
          "\\$[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|%[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+%"
              + "|\\$\\([^()]*\\)|\\$?\\{\\{.*}}");

  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164"
              + "\\uFE00-\\uFE0F\\uFFA0\\x{E0000}-\\x{E0FFF}]");

  private static final Set<String> DIGESTS =
      List.of(HIDDEN, REDACTED, MASKED, "[redacted]", "<redacted>", "(redacted)").stream()
          .map(Placeholders::sha256)
          .collect(Collectors.toUnmodifiableSet());

  private Placeholders() {}

  /** Whether a text is one and means nothing else, at whatever key of a document it stands. */
  public static boolean isUnmistakable(String text) {
    String clean = plain(text);
    return UNMISTAKABLE.stream().anyMatch(clean::equalsIgnoreCase);
  }

  /** Whether a text that ought to be a secret is one instead. */
  public static boolean is(String text) {
    return SHAPE.matcher(plain(text).toLowerCase(Locale.ROOT)).matches();
  }

  /** Whether a variable stands in a text that nobody filled in, such as {@code ${NAME}}. */
  public static boolean isUnfilled(String text) {
    String clean = plain(text);
    int start = clean.indexOf("${");
    return (start >= 0 && clean.indexOf('}', start) > 0) || TEMPLATE.matcher(clean).matches();
  }

  /** Whether a text that ought to be a secret is known to everybody. */
  public static boolean isNoSecret(String text) {
    return isIn(text) || isUnfilled(text);
  }

  /** Whether one is part of a text, such as {@code Bearer (hidden)}. */
  public static boolean isIn(String text) {
    String small = plain(text).toLowerCase(Locale.ROOT);
    return is(text)
        || UNMISTAKABLE.stream().anyMatch(one -> small.contains(one.toLowerCase(Locale.ROOT)));
  }

  /** Whether a SHA-256 in hex is the one of a placeholder. */
  public static boolean isHashOfOne(String hex) {
    return DIGESTS.contains(hex.strip().toLowerCase(Locale.ROOT));
  }

  /** As it looks: without what nobody sees, and with one form of each letter. */
  private static String plain(String text) {
    String one = Normalizer.normalize(text, Normalizer.Form.NFKC);
    return UNSEEN.matcher(one).replaceAll("").strip();
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
