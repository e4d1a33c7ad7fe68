package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which commands may be requested of a node: a list for its platform, widened and narrowed by the
 * gateway document as it is at that moment. What a node declares can only narrow it further.
 * Protocol 02 §9.
 */
public final class CommandPolicy {
  private final Supplier<NodePolicySettings> settings;

  public CommandPolicy(Supplier<NodePolicySettings> settings) {
    this.settings = settings;
  }

  /** What is left of the commands a node declares at connect; trimmed, in the given order. */
  public List<String> declared(
      @Nullable String platform, @Nullable String deviceFamily, List<String> commands) {
    NodePolicySettings now = settings.get();
    Platform known = Platform.of(platform, deviceFamily);
    return commands.stream()
        .map(String::strip)
        .filter(command -> !command.isEmpty() && allowed(now, known, command))
        .distinct()
        .toList();
  }

  /** Why the command may not be sent to the node, or nothing. */
  Optional<ErrorShape> refusal(NodeFacts node, String command) {
    String reason = reason(node, command);
    if (reason == null) {
      return Optional.empty();
    }
    return Optional.of(
        ErrorShape.of(
            ErrorShape.INVALID_REQUEST,
            "node command not allowed",
            Json.object().put("reason", reason).put("command", command)));
  }

  private @Nullable String reason(NodeFacts node, String command) {
    if (command.isEmpty()) {
      return "command required";
    }
    Optional<String> owner = ReservedCommands.keptFor(command);
    if (owner.isPresent()) {
      return "command is asked by " + owner.get() + " only";
    }
    Platform platform = Platform.of(node.platform(), node.deviceFamily());
    if (!allowed(settings.get(), platform, command)) {
      return "command not allowlisted";
    }
    if (node.commands().isEmpty()) {
      return "node did not declare commands";
    }
    return node.commands().contains(command) ? null : "command not declared by node";
  }

  /** What the gateway document says now. */
  NodePolicySettings now() {
    return settings.get();
  }

  /** Whether a claimed approval has to be proven. */
  boolean requiresRunApproval() {
    return settings.get().requireRunApproval();
  }

  private static boolean allowed(NodePolicySettings now, Platform platform, String command) {
    if (now.denyCommands().contains(command)) {
      return false;
    }
    return platform.commands(now.unknownPlatform()).contains(command)
        || now.allowCommands().contains(command);
  }
}
