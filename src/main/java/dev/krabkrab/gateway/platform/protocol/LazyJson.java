package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is passed on more often than it is looked into: the text and the tree are each
 * made when they are first asked for. Neither is changed after construction. Safe from any thread.
 */
public final class LazyJson {
  private volatile @Nullable String text;
  private volatile @Nullable ObjectNode node;

  private LazyJson(@Nullable String text, @Nullable ObjectNode node) {
    this.text = text;
    this.node = node;
  }

  /** Wraps text this gateway wrote itself. */
  public static LazyJson of(String text) {
    return new LazyJson(text, null);
  }

  /** Wraps a tree that nobody changes any more. */
  public static LazyJson of(ObjectNode node) {
    return new LazyJson(null, node);
  }

  /** The encoded object. */
  public String text() {
    String known = text;
    if (known == null) {
      known = Json.text(node());
      text = known;
    }
    return known;
  }

  /**
   * The object as a tree; callers must not change it.
   *
   * @throws IllegalArgumentException when the text is not a JSON object
   */
  public JsonNode node() {
    ObjectNode known = node;
    if (known == null) {
      known = Json.parseObject(String.valueOf(text));
      node = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LazyJson json && node().equals(json.node());
  }

  @Override
  public int hashCode() {
    return node().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
