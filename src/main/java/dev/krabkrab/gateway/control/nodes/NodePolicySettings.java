package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.settings.DocumentValues;
import java.util.List;

/**
 * The settings of nodes in the gateway document, under {@code gateway.nodes}. Protocol 02 §9.2.
 *
 * @param allowCommands added to every platform's list; exact names, trimmed
 * @param denyCommands taken away from every platform's list; wins over everything
 * @param unknownPlatform what a platform nobody knows gets besides the allowed commands
 * @param requireRunApproval a {@code system.run} that claims to be approved needs a granted
 *     approval; on by default
 * @param sessions that nodes may follow and speak in; a key, or the beginning of one and a star
 */
public record NodePolicySettings(
    List<String> allowCommands,
    List<String> denyCommands,
    Unknown unknownPlatform,
    boolean requireRunApproval,
    List<String> sessions) {

  /** What a platform nobody knows gets; {@code gateway.nodes.strictUnknownPlatform}. */
  public enum Unknown {
    /** {@code true}. */
    NOTHING,
    /** By default: whatever other platforms have, but nothing that runs commands. */
    NOTHING_THAT_RUNS,
    /** {@code false}: whatever any platform has. */
    EVERYTHING;

    static Unknown of(JsonNode strict) {
      if (!strict.isBoolean()) {
        return NOTHING_THAT_RUNS;
      }
      return strict.booleanValue() ? NOTHING : EVERYTHING;
    }
  }

  /** What holds when the document says nothing. */
  public static final NodePolicySettings DEFAULTS =
      new NodePolicySettings(List.of(), List.of(), Unknown.NOTHING_THAT_RUNS, true, List.of());

  public NodePolicySettings {
    allowCommands = allowCommands.stream().map(String::strip).toList();
    denyCommands = denyCommands.stream().map(String::strip).toList();
    sessions = sessions.stream().map(String::strip).filter(key -> !key.isEmpty()).toList();
  }

  /** Reads the document; a value of the wrong type takes its default. */
  public static NodePolicySettings of(JsonNode document) {
    JsonNode nodes = document.at("/gateway/nodes");
    return new NodePolicySettings(
        DocumentValues.texts(nodes.path("allowCommands")),
        DocumentValues.texts(nodes.path("denyCommands")),
        Unknown.of(nodes.path("strictUnknownPlatform")),
        DocumentValues.flag(nodes, "requireRunApproval", true),
        DocumentValues.texts(nodes.path("sessions")));
  }
}
