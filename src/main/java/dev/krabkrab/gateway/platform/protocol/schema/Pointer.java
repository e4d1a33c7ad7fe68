package dev.krabkrab.gateway.platform.protocol.schema;

import org.jspecify.annotations.Nullable;

/** Where a value stands in the input; becomes text only when there is something to say about it. */
record Pointer(@Nullable Pointer parent, String key) {
  static final Pointer ROOT = new Pointer(null, "");

  Pointer child(String name) {
    return new Pointer(this, name);
  }

  boolean isRoot() {
    return parent == null;
  }

  /** The JSON pointer, such as {@code /client/id}; empty for the root. */
  @Override
  public String toString() {
    var before = parent;
    return before == null ? "" : before + "/" + key.replace("~", "~0").replace("/", "~1");
  }
}
