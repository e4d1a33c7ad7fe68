package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the lines and columns at which the keys and entries of a JSON5 text stand. Immutable. */
public final class Json5Places {
  private final Map<String, Place> places;
  private final String last;

  private Json5Places(Map<String, Place> places, String last) {
    this.places = places;
    this.last = last;
  }

  /** A place in a text, counted from 1. */
  public record Place(int line, int column) {
    /** As compilers write it. */
    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  /** Reads a text, as far as it can be read. */
  public static Json5Places of(String text) {
    Map<String, Place> places = new HashMap<>();
    String last = "";
    try (JsonParser parser = Json5.parser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean key = token == JsonToken.FIELD_NAME;
        JsonStreamContext here = parser.getParsingContext();
        JsonStreamContext around = token.isStructStart() ? here.getParent() : here;
        if (key || (around.inArray() && !token.isStructEnd())) {
          JsonLocation at = parser.currentTokenLocation();
          JsonPointer path = around.pathAsPointer();
          places.putIfAbsent(path.toString(), new Place(at.getLineNr(), at.getColumnNr()));
          last = key ? path.toString() : last;
        }
      }
    } catch (IOException | NumberFormatException e) {
      // What stands behind a mistake has no place.
    }
    return new Json5Places(places, last);
  }

  /**
   * Where a key or entry stands, or else what it stands in.
   *
   * @param path keys and indexes from the top
   */
  public Place of(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      Place place = places.get(pointer(path.subList(0, length)));
      if (place != null) {
        return place;
      }
    }
    return new Place(1, 1);
  }

  /** The last key that could be read, dotted; empty when there is none. */
  public String lastKey() {
    return last.isEmpty()
        ? ""
        : last.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
  }

  private static String pointer(List<String> path) {
    return path.stream()
        .map(key -> key.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining("/", "/", ""));
  }
}
