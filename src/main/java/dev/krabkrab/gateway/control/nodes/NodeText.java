package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.SafeText;

/** Names of nodes, as people and models are shown them. */
final class NodeText {
  private static final int LONGEST_NAME = 64;

  private NodeText() {}

  /** Which node speaks: its name without what could end the mark it stands in, and its id. */
  static String source(String name, String nodeId) {
    String plain = plain(name);
    String shown = plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain;
    return "node " + shown + " (" + plain(nodeId) + ")";
  }

  private static String plain(String text) {
    return SafeText.line(text).replaceAll("[\\[\\]()]", "_");
  }
}
