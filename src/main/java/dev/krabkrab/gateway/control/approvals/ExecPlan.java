package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What exactly is to run, where and for whom: made once when an approval is requested, shown to
 * every approver, and compared as a whole when the command is to run. The text is for people; the
 * words are what runs. Protocol 02 §17.1, 05 §13.2.
 *
 * @param text the command as people read it; says the same as the words when these are known
 * @param argv the words that run, empty when the requester did not name them
 * @param executable full path of the program as far as the requester names one, or null
 * @param cwd folder it runs in, or null for the machine's own choice
 * @param envDigest HMAC over the variables it sets, under a key that nobody is shown; blank for
 *     none
 * @param envNames names of these variables, sorted; their values are kept nowhere
 * @param nodeId node it runs on, or null when the requester did not name it
 * @param agentId agent it runs for, or null
 * @param sessionKey session it runs for, or null
 * @param runId run or tool call it belongs to, or null
 * @param digest SHA-256 over all of this and the node's own plan in hex
 */
public record ExecPlan(
    String text,
    List<String> argv,
    @Nullable String executable,
    @Nullable String cwd,
    String envDigest,
    List<String> envNames,
    @Nullable String nodeId,
    @Nullable String agentId,
    @Nullable String sessionKey,
    @Nullable String runId,
    String digest) {

  /** Copies the lists. */
  public ExecPlan {
    argv = List.copyOf(argv);
    envNames = List.copyOf(envNames);
  }

  /**
   * Makes a plan with its digest.
   *
   * @param nodePlan SHA-256 over the plan that the node made itself, or blank
   */
  static ExecPlan of(
      String text,
      List<String> argv,
      @Nullable String executable,
      @Nullable String cwd,
      String envDigest,
      List<String> envNames,
      @Nullable String nodeId,
      @Nullable String agentId,
      @Nullable String sessionKey,
      @Nullable String runId,
      String nodePlan) {
    Stream<String> parts =
        Stream.of(
            text,
            Json.text(Json.texts(argv)),
            Objects.requireNonNullElse(executable, ""),
            Objects.requireNonNullElse(cwd, ""),
            envDigest,
            Json.text(Json.texts(envNames)),
            Objects.requireNonNullElse(nodeId, ""),
            Objects.requireNonNullElse(agentId, ""),
            Objects.requireNonNullElse(sessionKey, ""),
            Objects.requireNonNullElse(runId, ""),
            nodePlan);
    String digest = Hashes.sha256(Json.text(Json.texts(parts.toList())));
    return new ExecPlan(
        text,
        argv,
        executable,
        cwd,
        envDigest,
        envNames,
        nodeId,
        agentId,
        sessionKey,
        runId,
        digest);
  }

  /** Whether the requester named the words that run. */
  public boolean knowsArgv() {
    return !argv.isEmpty();
  }
}
