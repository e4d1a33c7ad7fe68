package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables of a command: those of the node itself without the gateway's secrets, and of those
 * that a caller brings only the ones that are allowed. What makes a program load, find or run
 * something else is never allowed. Protocol 02 §14.
 */
public final class RunEnvironment {
  /** What only changes language, time zone and the look of output. */
  private static final Set<String> HARMLESS =
      Set.of("LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI");

  private static final Pattern LOCALE = Pattern.compile("LC_[A-Z]{1,32}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final int LONGEST_VALUE = 32 * 1024;

  private static final List<String> NEVER_BEGINS =
      List.of("LD_", "DYLD_", "GIT_", "BASH_FUNC_", "NPM_CONFIG_", "PIP_", "MALLOC_", "KRABKRAB_");

  private static final Set<String> NEVER =
      Set.of(
          "PATH",
          "HOME",
          "SHELL",
          "USER",
          "LOGNAME",
          "IFS",
          "ENV",
          "BASH_ENV",
          "BASHOPTS",
          "SHELLOPTS",
          "PS4",
          "PROMPT_COMMAND",
          "CDPATH",
          "GLOBIGNORE",
          "FPATH",
          "ZDOTDIR",
          "NODE_OPTIONS",
          "NODE_PATH",
          "PYTHONHOME",
          "PYTHONPATH",
          "PYTHONSTARTUP",
          "PYTHONINSPECT",
          "PYTHONBREAKPOINT",
          "PYTHONUSERBASE",
          "PYTHONWARNINGS",
          "PYTHONEXECUTABLE",
          "PERL5LIB",
          "PERLLIB",
          "PERL5OPT",
          "PERL5DB",
          "RUBYOPT",
          "RUBYLIB",
          "GEM_HOME",
          "GEM_PATH",
          "BUNDLE_GEMFILE",
          "PHPRC",
          "PHP_INI_SCAN_DIR",
          "LUA_PATH",
          "LUA_CPATH",
          "LUA_INIT",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "CLASSPATH",
          "JAVA_HOME",
          "MAVEN_OPTS",
          "GRADLE_OPTS",
          "DOTNET_STARTUP_HOOKS",
          "CORECLR_PROFILER",
          "EDITOR",
          "VISUAL",
          "PAGER",
          "MANPAGER",
          "LESSOPEN",
          "LESSCLOSE",
          "BROWSER",
          "SSH_ASKPASS",
          "SUDO_ASKPASS",
          "SSH_AUTH_SOCK",
          "GCONV_PATH",
          "LOCPATH",
          "NLSPATH",
          "HOSTALIASES",
          "RESOLV_HOST_CONF",
          "RES_OPTIONS",
          "LOCALDOMAIN",
          "TMPDIR",
          "GETCONF_DIR",
          "TERMINFO",
          "TERMINFO_DIRS",
          "TERMCAP",
          "INPUTRC",
          "OPENSSL_CONF",
          "OPENSSL_ENGINES",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "CURL_HOME",
          "WGETRC",
          "MAKEFLAGS",
          "MAKEFILES",
          "CC",
          "CXX",
          "RUSTC",
          "RUSTC_WRAPPER",
          "RUSTFLAGS",
          "CARGO_HOME",
          "GOFLAGS",
          "GOPATH",
          "GOROOT",
          "GOENV",
          "KUBECONFIG",
          "DOCKER_HOST",
          "DOCKER_CONFIG",
          "XDG_CONFIG_HOME",
          "XDG_DATA_HOME",
          "XDG_CONFIG_DIRS",
          "XDG_DATA_DIRS",
          "XDG_RUNTIME_DIR",
          "DBUS_SESSION_BUS_ADDRESS");

  /** What the gateway and its kin keep in the environment. */
  private static final List<String> OURS =
      List.of("KRABKRAB_", "OPENCLAW_", "CLAWDBOT_", "MOLTBOT_");

  private final Map<String, String> own;
  private final Set<String> allowed;

  /**
   * @param own variables of the node itself
   * @param allowed further names that a caller may set
   * @throws NodeRefusal naming one that nobody may allow
   */
  public RunEnvironment(Map<String, String> own, Set<String> allowed) {
    this.own = Map.copyOf(own);
    this.allowed = Set.copyOf(allowed);
    for (String name : allowed) {
      if (!NAME.matcher(name).matches() || isNever(name)) {
        throw NodeRefusal.invalid("a caller may never set " + SafeText.line(name));
      }
    }
  }

  /**
   * Reads the variables that a caller brings.
   *
   * @throws NodeRefusal naming the variable
   */
  Map<String, String> read(JsonNode env) {
    Map<String, String> set = new TreeMap<>();
    if (env.isMissingNode() || env.isNull()) {
      return set;
    }
    if (!(env instanceof ObjectNode given)) {
      throw NodeRefusal.invalid("env: must be an object");
    }
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      String name = entry.getKey();
      String at = "env/" + SafeText.line(name.length() > 128 ? name.substring(0, 128) : name);
      if (!isAllowed(name)) {
        throw NodeRefusal.invalid(
            at + ": a caller may not set this variable here (krabkrab node run --allow-env)");
      }
      String value = entry.getValue().asText("");
      boolean text = entry.getValue().isTextual() && value.indexOf('\0') < 0;
      if (!text || value.length() > LONGEST_VALUE) {
        throw NodeRefusal.invalid(at + ": must be a text of at most 32 KB");
      }
      set.put(name, value);
    }
    return set;
  }

  /** Everything a command runs with. */
  Map<String, String> with(Map<String, String> set) {
    Map<String, String> all = new HashMap<>(own);
    all.keySet().removeIf(name -> OURS.stream().anyMatch(upper(name)::startsWith));
    all.putAll(set);
    return all;
  }

  private boolean isAllowed(String name) {
    return !isNever(name)
        && (HARMLESS.contains(name) || LOCALE.matcher(name).matches() || allowed.contains(name));
  }

  private static boolean isNever(String name) {
    String upper = upper(name);
    return NEVER.contains(upper) || NEVER_BEGINS.stream().anyMatch(upper::startsWith);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
