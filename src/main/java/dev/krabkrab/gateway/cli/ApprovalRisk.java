package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.RiskHint.Level;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What in a request for an approval deserves a second look: a pure function of the request. The
 * same cases as for the hints of the operator console, {@code hints.json} of the tests.
 */
final class ApprovalRisk {
  private static final int LONG = 2_000;
  private static final int MANY_LINES = 40;
  private static final Pattern SHELL_TEXT = Pattern.compile("&&|\\|\\||[;|`<>&\\n]|\\$\\(");
  private static final Pattern SHELL =
      Pattern.compile(
          "(?:^|/)(?:(?:ba|z|da|k|fi|c)?sh|cmd(?:\\.exe)?|pwsh|powershell(?:\\.exe)?)$",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern PLACE =
      Pattern.compile(
          "(?<=^|[\\s='\"])(/[^\\s'\";|&)]+|(?:[^\\s'\"]*/)?\\.\\.(?:/[^\\s'\";|&)]*)?)"
              + "(?=$|[\\s'\";|&)])");
  private static final Pattern PROGRAM =
      Pattern.compile("/(?:usr/(?:local/)?)?s?bin/[\\w.-]+|/dev/null");
  private static final Pattern ADDRESS =
      Pattern.compile(
          "\\b(?:https?|ftp|ssh|git|wss?|tcp)://([^\\s/'\"<>|;&)]+)"
              + "|\\b((?:[a-z0-9-]+\\.)+[a-z]{2,}|\\d{1,3}(?:\\.\\d{1,3}){3}):(\\d{2,5})\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMERIC =
      Pattern.compile("\\[.*|\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?");
  private static final Pattern LOADERS =
      Pattern.compile(
          "PATH|LD_\\w+|DYLD_\\w+|NODE_OPTIONS|PYTHONPATH|PYTHONSTARTUP|PERL5LIB|PERL5OPT|RUBYOPT"
              + "|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|BASH_ENV|ENV|SHELLOPTS|PROMPT_COMMAND|IFS",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern VARIABLES =
      Pattern.compile(
          "GIT_SSH\\w*|GIT_EXEC_PATH|GIT_CONFIG\\w*|\\w+_PROXY|EDITOR|VISUAL|PAGER",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");
  private static final Pattern LATIN = Pattern.compile("\\p{IsLatin}");
  private static final Pattern ALIKE =
      Pattern.compile("[\\p{IsCyrillic}\\p{IsGreek}\\p{IsArmenian}\\p{IsCherokee}]");

  private final JsonNode request;
  private final String text;
  private final List<String> argv = new ArrayList<>();
  private final List<RiskHint> found = new ArrayList<>();

  private ApprovalRisk(JsonNode request) {
    this.request = request;
    this.text = request.path("command").asText("");
    JsonNode planned = request.at("/systemRunPlan/argv");
    (planned.isEmpty() ? request.path("commandArgv") : planned)
        .forEach(word -> argv.add(word.asText()));
  }

  /** All hints about a request, the gravest first. */
  static List<RiskHint> of(JsonNode request) {
    ApprovalRisk risk = new ApprovalRisk(request);
    risk.look();
    return risk.found.stream().sorted(Comparator.comparing(RiskHint::level).reversed()).toList();
  }

  /** The gravest level of hints. */
  static Level level(List<RiskHint> hints) {
    return hints.stream().map(RiskHint::level).max(Level::compareTo).orElse(Level.LOW);
  }

  private void add(String id, Level level, String words) {
    if (found.stream().noneMatch(hint -> hint.id().equals(id))) {
      found.add(new RiskHint(id, level, words));
    }
  }

  private void look() {
    String words = isScript() ? text : String.join(" ", argv);
    for (RiskRule rule : RiskRule.ALL) {
      if (rule.fits(text) || rule.fits(words)) {
        add(rule.id(), rule.level(), rule.text());
      }
    }
    shell();
    network();
    outside();
    hidden();
    variables();
    if (text.length() > LONG || text.split("\n", -1).length > MANY_LINES) {
      add("long", Level.LOW, "long: read it to the end");
    }
  }

  /** Whether a shell is given just the text that is shown: all there is to see is in the text. */
  private boolean isScript() {
    return argv.size() == 3
        && SHELL.matcher(argv.getFirst()).find()
        && argv.get(1).matches("-l?c")
        && argv.get(2).equals(text);
  }

  private void shell() {
    boolean interpreted = argv.isEmpty() || SHELL.matcher(argv.getFirst()).find();
    if (interpreted && SHELL_TEXT.matcher(text).find()) {
      add("shell-text", Level.MEDIUM, "a shell interprets it, and it is more than one command");
    }
    if (argv.isEmpty()) {
      add("no-argv", Level.MEDIUM, "argv unknown: the machine's shell interprets the text");
    }
  }

  private void network() {
    TreeSet<String> hosts = new TreeSet<>();
    Level level = Level.LOW;
    for (MatchResult match : ADDRESS.matcher(text).results().toList()) {
      String url = match.group(1);
      String host = url == null ? match.group(2) + ":" + match.group(3) : url;
      host = host.substring(host.lastIndexOf('@') + 1);
      hosts.add(host);
      String port = host.replaceFirst("^.*:(\\d{1,5})$", "$1");
      boolean high = port.matches("\\d{1,5}") && Integer.parseInt(port) > 1_024;
      level = high || NUMERIC.matcher(host).matches() ? Level.MEDIUM : level;
    }
    if (!hosts.isEmpty()) {
      add("network", level, "talks to " + String.join(", ", hosts));
    }
  }

  private void outside() {
    String cwd = request.path("cwd").asText("");
    if (cwd.isEmpty()) {
      return;
    }
    String below = cwd.endsWith("/") ? cwd : cwd + "/";
    boolean outside =
        PLACE
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .filter(place -> !PROGRAM.matcher(place).matches())
            .anyMatch(
                place -> place.contains("..") || !(place.equals(cwd) || place.startsWith(below)));
    if (outside) {
      add("outside", Level.MEDIUM, "names places outside its folder");
    }
  }

  private void hidden() {
    List<String> all = new ArrayList<>(argv);
    all.add(text.replace('\n', ' ').replace('\t', ' '));
    for (String field : List.of("cwd", "nodeName", "agentId", "sessionKey")) {
      all.add(request.path(field).asText(""));
    }
    String whole = String.join(" ", all);
    if (!SafeText.line(whole).equals(whole)) {
      add("hidden", Level.HIGH, "has characters that nobody sees");
    }
    boolean alike =
        WORD.matcher(text)
            .results()
            .map(MatchResult::group)
            .anyMatch(word -> LATIN.matcher(word).find() && ALIKE.matcher(word).find());
    if (alike) {
      add("look-alike", Level.MEDIUM, "look-alike letters: scripts are mixed within a word");
    }
  }

  private void variables() {
    for (JsonNode key : request.path("envKeys")) {
      String name = key.asText("").toUpperCase(Locale.ROOT);
      if (LOADERS.matcher(name).matches()) {
        found.removeIf(hint -> hint.id().equals("variables"));
        add("variables", Level.HIGH, "sets variables that change what runs");
      } else if (VARIABLES.matcher(name).matches()) {
        add("variables", Level.MEDIUM, "sets variables that change what runs");
      }
    }
    String host = request.path("host").asText("");
    boolean named =
        !request.path("nodeName").asText("").isEmpty()
            || !request.path("nodeId").asText("").isEmpty()
            || (!host.isEmpty() && !host.equals("node"));
    if (!named) {
      add("no-machine", Level.MEDIUM, "the asker did not say which machine");
    }
  }
}
