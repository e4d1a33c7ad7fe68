package dev.krabkrab.gateway.nodes;

import java.util.List;

/**
 * What the gateway document says about nodes, under {@code gateway.nodes}. Protocol 02 §9.2.
 *
 * @param allowCommands added to every platform's list; exact names, trimmed
 * @param denyCommands taken away from every platform's list; wins over everything
 * @param strictUnknownPlatform a platform nobody knows gets no command but the allowed ones; by
 *     default it gets all groups, as clients expect
 * @param requireRunApproval a {@code system.run} that claims to be approved needs a granted
 *     approval; on by default
 */
public record NodePolicySettings(
    List<String> allowCommands,
    List<String> denyCommands,
    boolean strictUnknownPlatform,
    boolean requireRunApproval) {

  /** What holds when the document says nothing. */
  public static final NodePolicySettings DEFAULTS =
      new NodePolicySettings(List.of(), List.of(), false, true);

  public NodePolicySettings {
    allowCommands = allowCommands.stream().map(String::strip).toList();
    denyCommands = denyCommands.stream().map(String::strip).toList();
  }
}
