package dev.krabkrab.gateway.access.presence;

import org.jspecify.annotations.Nullable;

/**
 * One line of the shared presence: what one connection, one beacon or one instance contributes.
 * Stored as {@code <ts> <kind> <entry>} under a field that names its owner and key.
 *
 * @param field name of the line in the store
 * @param key presence key it belongs to; for a gateway's own line the instance
 * @param ts Redis time of its last change, epoch milliseconds
 * @param entry encoded presence entry without {@code ts}
 * @param version presence version that brought it
 */
record PresenceLine(String field, Kind kind, String key, long ts, String entry, long version) {

  /** The kind of entry that a line stands for. */
  enum Kind {
    SELF('S'),
    LIVE('C'),
    BEACON('B'),
    GONE('D');

    private final char code;

    Kind(char code) {
      this.code = code;
    }

    static @Nullable Kind of(char code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return null;
    }
  }

  static String self(String instance) {
    return "self:" + instance;
  }

  static String connection(String instance, String connId, String key) {
    return "conn:" + instance + "/" + connId + "/" + key;
  }

  static String row(String key) {
    return "row:" + key;
  }

  /** The instance of a connection's field. */
  static String instanceOf(String field) {
    return field.substring(field.indexOf(':') + 1, field.indexOf('/'));
  }

  /** The key a field belongs to. */
  static String keyOf(String field) {
    String rest = field.substring(field.indexOf(':') + 1);
    if (!field.startsWith("conn:")) {
      return rest;
    }
    return rest.substring(rest.indexOf('/', rest.indexOf('/') + 1) + 1);
  }

  /** Reads a stored value; null for one this release does not understand. */
  static @Nullable PresenceLine decode(String field, String value, long version) {
    int space = value.indexOf(' ');
    if (space < 1 || value.length() < space + 4) {
      return null;
    }
    Kind kind = Kind.of(value.charAt(space + 1));
    if (kind == null) {
      return null;
    }
    try {
      long ts = Long.parseLong(value, 0, space, 10);
      return new PresenceLine(field, kind, keyOf(field), ts, value.substring(space + 3), version);
    } catch (NumberFormatException notOurs) {
      return null;
    }
  }

  /** The stored value without its time. */
  String untimed() {
    return kind.code + " " + entry;
  }

  String encode() {
    return ts + " " + untimed();
  }
}
