package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan that people approve, and compares it with what is to run: the words, the folder,
 * whom it runs for, and the content of the script it names, which could be another one by then.
 * Protocol 05 §13.2.
 */
final class RunPlans {
  private static final int MOST_BYTES = 16 * 1024 * 1024;
  private static final byte[] SCRIPT = {'#', '!'};
  private static final Pattern INTERPRETER =
      Pattern.compile(
          "(?:ba|da|z|k|a|fi)?sh|(?:python|pypy|perl|ruby|php|lua|node|nodejs|deno|bun|tclsh|wish"
              + "|Rscript|osascript|pwsh|gawk|mawk|awk)[0-9.]*");

  private RunPlans() {}

  /** Answers {@code system.run.prepare}. */
  static ObjectNode prepare(RunRequest request) {
    ObjectNode plan = Json.object();
    plan.set("argv", Json.texts(request.argv()));
    plan.put("cwd", request.cwd().toString()).put("commandText", request.whose().text());
    plan.put("agentId", request.whose().agentId());
    plan.put("sessionKey", request.whose().sessionKey());
    Operand operand = operand(request);
    if (operand != null) {
      plan.putObject("mutableFileOperand")
          .put("argvIndex", operand.index())
          .put("path", operand.file().toString())
          .put("sha256", digest(operand.file()));
    }
    ObjectNode answer = Json.object();
    answer.set("plan", plan);
    return answer;
  }

  /**
   * Compares a plan with what is to run.
   *
   * @param plan as it was approved; null and JSON null are none
   * @throws NodeRefusal naming the field that differs
   */
  static void check(@Nullable JsonNode plan, RunRequest request) {
    if (plan == null || plan.isNull()) {
      return;
    }
    if (!(plan instanceof ObjectNode planned)) {
      throw NodeRefusal.invalid("systemRunPlan: must be an object");
    }
    same("argv", planned.get("argv"), Json.texts(request.argv()));
    same("cwd", Json.nonBlank(planned, "cwd"), request.cwd().toString());
    same("agentId", Json.nonBlank(planned, "agentId"), request.whose().agentId());
    same("sessionKey", Json.nonBlank(planned, "sessionKey"), request.whose().sessionKey());
    JsonNode operand = planned.path("mutableFileOperand");
    if (!operand.isMissingNode() && !operand.isNull()) {
      checkFile(operand, request);
    }
  }

  private static void same(String field, @Nullable Object planned, @Nullable Object given) {
    boolean left = planned == null && !field.equals("argv");
    if (!left && !Objects.equals(planned, given)) {
      throw NodeRefusal.invalid("systemRunPlan/" + field + ": differs from what is to run");
    }
  }

  private static void checkFile(JsonNode operand, RunRequest request) {
    int index = operand.path("argvIndex").asInt(-1);
    if (index < 0 || index >= request.argv().size()) {
      throw NodeRefusal.invalid(
          "systemRunPlan/mutableFileOperand/argvIndex: there is no such word");
    }
    Path file =
        index == 0 ? real(request.program()) : file(request.argv().get(index), request.cwd());
    boolean sameFile = file != null && file.toString().equals(operand.path("path").asText());
    if (!sameFile || !digest(file).equals(operand.path("sha256").asText())) {
      throw NodeRefusal.denied(
          "SYSTEM_RUN_DENIED: the file of systemRunPlan/mutableFileOperand is not what was"
              + " approved",
          "file-changed");
    }
  }

  /** A file among the words whose content is what runs. */
  private record Operand(int index, Path file) {}

  /** The program when it is a script, else the script that an interpreter is given. */
  private static @Nullable Operand operand(RunRequest request) {
    Path program = real(request.program());
    if (program != null && isScript(program)) {
      return new Operand(0, program);
    }
    List<String> argv = request.argv();
    String name = String.valueOf(request.program().getFileName());
    if (!INTERPRETER.matcher(name).matches()) {
      return null;
    }
    for (int i = 1; i < argv.size(); i++) {
      Path file = argv.get(i).startsWith("-") ? null : file(argv.get(i), request.cwd());
      if (file != null) {
        return Files.isReadable(file) && size(file) <= MOST_BYTES ? new Operand(i, file) : null;
      }
    }
    return null;
  }

  private static boolean isScript(Path program) {
    try (InputStream in = Files.newInputStream(program)) {
      return Arrays.equals(in.readNBytes(SCRIPT.length), SCRIPT) && size(program) <= MOST_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable Path file(String word, Path cwd) {
    try {
      Path file = cwd.resolve(word);
      return word.isEmpty() || !Files.isRegularFile(file) ? null : real(file);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return null;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  private static String digest(Path file) {
    try {
      if (size(file) > MOST_BYTES) {
        throw NodeRefusal.invalid("the file is longer than " + MOST_BYTES + " bytes: " + file);
      }
      return PolicyFile.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw NodeRefusal.unavailable("cannot read " + ShellText.shown(file.toString()));
    }
  }
}
