package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.access.auth.Scope;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import dev.krabkrab.gateway.platform.rpc.MethodSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Commands of nodes that a method of the gateway sends, and the rule that follows: what its own
 * method gives to fewer people than {@code node.invoke} is sent by that method alone.
 */
final class ReservedCommands {
  static final String APPROVALS_GET = "system.execApprovals.get";
  static final String APPROVALS_SET = "system.execApprovals.set";

  /** What {@code node.invoke} itself asks. */
  private static final String INVOKE = Scope.WRITE;

  private static final Map<String, String> METHOD_OF =
      Map.of(
          APPROVALS_GET,
          "exec.approvals.node.get",
          APPROVALS_SET,
          "exec.approvals.node.set",
          "browser.proxy",
          "browser.request");

  private static final Pattern NO_PART_OF_A_NAME = Pattern.compile("[^a-z0-9.]+");

  /** Beginnings of commands that are kept, each with its method. */
  private static final List<Kept> KEPT =
      METHOD_OF.entrySet().stream()
          .filter(entry -> asksMore(entry.getValue()))
          .map(entry -> new Kept(plain(entry.getKey()), space(entry.getKey()), entry.getValue()))
          .toList();

  private record Kept(String name, String space, String method) {
    boolean holds(String plain) {
      return plain.equals(space) || plain.startsWith(space + ".");
    }
  }

  private ReservedCommands() {}

  private static boolean asksMore(String method) {
    MethodSpec spec = Objects.requireNonNull(MethodCatalog.find(method), method);
    return !Scopes.covers(List.of(INVOKE), spec.access().scope());
  }

  /** The method that alone may ask for a command, however it is spelled; empty for all others. */
  static Optional<String> keptFor(String command) {
    String plain = plain(command);
    return KEPT.stream()
        .filter(kept -> kept.holds(plain))
        .min(
            Comparator.comparing((Kept kept) -> !kept.name().equals(plain))
                .thenComparing(Kept::method))
        .map(Kept::method);
  }

  /** The name without what a node might read over. */
  private static String plain(String command) {
    return NO_PART_OF_A_NAME
        .matcher(command.toLowerCase(Locale.ROOT))
        .replaceAll("")
        .replaceAll("\\.{2,}", ".")
        .replaceAll("^\\.", "");
  }

  /** All that begins as the command does: its neighbours are sent by methods like its own. */
  private static String space(String command) {
    String plain = plain(command);
    return plain.substring(0, plain.lastIndexOf('.'));
  }
}
