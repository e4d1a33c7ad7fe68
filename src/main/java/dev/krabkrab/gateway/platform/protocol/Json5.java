package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads settings as people write them: JSON with comments, single quotes, unquoted names, trailing
 * commas and loose decimal points. Hexadecimal numbers, NaN and Infinity are refused, since the
 * plain JSON that is stored cannot hold them. Protocol 03 §10.
 */
public final class Json5 {
  private static final Pattern CODE = Pattern.compile("\\((?:.* \\()?(?:CTRL-CHAR, )?code (\\d+)");

  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(JsonNode.class)
          .withFeatures(
              JsonReadFeature.ALLOW_JAVA_COMMENTS,
              JsonReadFeature.ALLOW_SINGLE_QUOTES,
              JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
              JsonReadFeature.ALLOW_TRAILING_COMMA,
              JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS,
              JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS,
              JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS,
              JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER);

  private Json5() {}

  /** Text that is not JSON5; the message is what the wire says about it. */
  public static final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final int line;
    private final int column;

    SyntaxException(String what, int line, int column) {
      super("SyntaxError: JSON5: " + what + " at " + line + ":" + column, null, false, false);
      this.what = what;
      this.line = line;
      this.column = column;
    }

    /** What is wrong, without the place. */
    public String what() {
      return what;
    }

    /** Where it is, as compilers write it. */
    public String place() {
      return line + ":" + column;
    }
  }

  static JsonParser parser(String text) throws IOException {
    return READER.createParser(text);
  }

  /**
   * Reads exactly one value.
   *
   * @throws SyntaxException naming what is wrong and where, line and column counted from 1
   */
  public static JsonNode parse(String text) {
    try {
      JsonNode value = READER.readValue(text);
      if (value == null || value.isMissingNode()) {
        throw atEnd(text);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw explain(text, e);
    }
  }

  private static SyntaxException explain(String text, JsonProcessingException cause) {
    JsonLocation where = cause.getLocation();
    boolean atEnd =
        where == null || where.getCharOffset() < 0 || where.getCharOffset() >= text.length();
    if (cause instanceof StreamConstraintsException) {
      return at(
          text, "a value is too long or nested too deeply", where == null ? 0 : offset(where));
    }
    int position = atEnd ? text.length() : offset(where);
    Matcher named = CODE.matcher(cause.getOriginalMessage());
    if (named.find()) {
      position = nearest(text, (char) Integer.parseInt(named.group(1)), position);
    } else if (cause instanceof JsonEOFException || atEnd) {
      return atEnd(text);
    }
    return at(text, "invalid character '" + shown(text.charAt(position)) + "'", position);
  }

  private static int offset(JsonLocation where) {
    return (int) Math.max(0, where.getCharOffset());
  }

  /** The parser reports a place at or right behind the character it complains about. */
  private static int nearest(String text, char wrong, int position) {
    int found = text.lastIndexOf(wrong, position);
    return found >= 0 ? found : Math.min(position, text.length() - 1);
  }

  private static SyntaxException atEnd(String text) {
    return at(text, "invalid end of input", text.length());
  }

  private static SyntaxException at(String text, String what, int position) {
    int line = 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
    int column = position - text.lastIndexOf('\n', position - 1);
    return new SyntaxException(what, line, column);
  }

  private static String shown(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\'' -> "\\'";
      case '\\' -> "\\\\";
      default -> c < ' ' ? String.format("\\x%02x", (int) c) : String.valueOf(c);
    };
  }
}
