package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended. Protocol 02 §14.
 *
 * @param exitCode null when it was ended or never began
 * @param late whether its time was over
 * @param aborted whether somebody had it ended
 * @param error what went wrong besides, or null
 */
record RunOutcome(
    @Nullable Integer exitCode,
    boolean late,
    boolean aborted,
    OutputBuffer out,
    OutputBuffer err,
    @Nullable String error) {
  private static final int LONGEST_TOLD = 20_000;
  private static final String LEFT_OUT = "\n... (left out) ...\n";

  static RunOutcome notStarted(String error) {
    return new RunOutcome(null, false, false, new OutputBuffer(2), new OutputBuffer(2), error);
  }

  boolean isSuccess() {
    return exitCode != null && exitCode == 0;
  }

  /**
   * What the caller is answered.
   *
   * @param most characters that the answer may have when it is written as a text in JSON
   */
  ObjectNode answer(int most) {
    String stdout = out.text();
    String stderr = err.text();
    boolean cut = out.isTruncated() || err.isTruncated();
    ObjectNode answer = answer(stdout, stderr, cut);
    while (weight(answer) > most && stdout.length() + stderr.length() > 0) {
      stdout = half(stdout);
      stderr = half(stderr);
      answer = answer(stdout, stderr, true);
    }
    return answer;
  }

  private ObjectNode answer(String stdout, String stderr, boolean cut) {
    ObjectNode answer = Json.object();
    if (exitCode != null) {
      answer.put("exitCode", exitCode);
    }
    answer.put("timedOut", late).put("success", isSuccess());
    answer.put("stdout", stdout).put("stderr", stderr).put("truncated", cut);
    return answer.put("error", error == null && aborted ? "aborted" : error);
  }

  /** How long it is as a text of JSON inside of JSON. */
  static int weight(ObjectNode answer) {
    return Json.text(Json.object().put("payloadJSON", Json.text(answer))).length();
  }

  private static String half(String text) {
    if (text.length() <= 2 * LEFT_OUT.length()) {
      return "";
    }
    int part = text.length() / 4;
    int from = text.length() - part;
    // Half a character is none.
    int until = Character.isHighSurrogate(text.charAt(part - 1)) ? part - 1 : part;
    from = Character.isLowSurrogate(text.charAt(from)) ? from + 1 : from;
    return text.substring(0, until) + LEFT_OUT + text.substring(from);
  }

  /** The end of the output, for who was not there. */
  String told() {
    String all = (out.text() + err.text()).strip();
    return all.length() <= LONGEST_TOLD
        ? all
        : "... (truncated) " + all.substring(all.length() - LONGEST_TOLD);
  }
}
