package dev.krabkrab.gateway.approvals;

import dev.krabkrab.gateway.protocol.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whether a caller's command may run on a node as an approved one. Protocol 02 §17.1. */
final class RunClaims {
  private static final Set<String> SHELLS = Set.of("sh", "bash", "zsh", "dash");

  private final ClaimStore store;

  RunClaims(ClaimStore store) {
    this.store = store;
  }

  Future<ApprovalCheck> claim(
      @Nullable String runId, Caller caller, String nodeId, String commandText, List<String> argv) {
    if (!saysTheSame(commandText, argv)) {
      return Future.succeededFuture(ApprovalCheck.of(ApprovalCheck.REQUEST_MISMATCH));
    }
    if (runId != null && !runId.isBlank()) {
      return store.claim(runId.strip(), caller, nodeId, commandText, argv).map(ApprovalCheck::of);
    }
    return store
        .recent(caller, commandText)
        .compose(
            ids -> firstOf(ids, ApprovalCheck.MISSING_RUN_ID, caller, nodeId, commandText, argv))
        .map(ApprovalCheck::of);
  }

  /** One after the other, since each success may use an approval up. */
  private Future<String> firstOf(
      List<String> ids,
      String refusal,
      Caller caller,
      String nodeId,
      String commandText,
      List<String> argv) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(refusal);
    }
    return store
        .claim(ids.getFirst(), caller, nodeId, commandText, argv)
        .compose(
            code ->
                code.startsWith(ApprovalCheck.GRANTED)
                    ? Future.succeededFuture(code)
                    : firstOf(ids.subList(1, ids.size()), code, caller, nodeId, commandText, argv));
  }

  /**
   * Nodes run the words and people approve the text, so a text that is not what the words do must
   * not pass: the words are the text, or a shell that is given exactly the text.
   */
  static boolean saysTheSame(String commandText, List<String> argv) {
    if (argv.isEmpty() || String.join(" ", argv).equals(commandText)) {
      return true;
    }
    if (!argv.getLast().equals(commandText)) {
      return false;
    }
    String program = argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
    List<String> flags = argv.subList(1, argv.size() - 1);
    return SHELLS.contains(program)
        ? flags.equals(List.of("-lc")) || flags.equals(List.of("-c"))
        : program.equalsIgnoreCase("cmd.exe") && flags.equals(List.of("/d", "/s", "/c"));
  }
}
