package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.RiskHint.Level;
import java.util.List;
import java.util.regex.Pattern;

/** One rule about the text of a command; of two with the same id the first that fits counts. */
record RiskRule(String id, Level level, Pattern pattern, String text) {
  private static final String SHELL = "(?:ba|z|da|k|fi|c)?sh";
  private static final String INTERPRETER =
      "(?:" + SHELL + "|python[\\d.]*|node|perl|ruby|php|pwsh|powershell|osascript|deno|bun)";
  private static final String START = "(?:^|[\\s;&|(`'\"/])";
  private static final String END = "(?=$|[\\s;&|)`'\"])";

  /** In the order they are tried. */
  static final List<RiskRule> ALL =
      List.of(
          rule(
              "pipe-to-shell",
              Level.HIGH,
              "what is downloaded is run at once",
              "\\b(?:curl|wget|fetch|iwr|Invoke-WebRequest)\\b[^\\n|]*\\|[^\\n]*?\\b"
                  + INTERPRETER
                  + "\\b"),
          rule(
              "inline-code",
              Level.HIGH,
              "a program in the arguments is interpreted",
              START
                  + INTERPRETER
                  + "(?:\\.exe)?(?:\\s+-[\\w-]+)*?\\s+-(?:\\w*c|e|pe|ne|r|Command|EncodedCommand|enc)"
                  + END),
          rule(
              "root",
              Level.HIGH,
              "runs with the rights of another account",
              START + "(?:sudo|doas|pkexec|runas)" + END,
              START + "su\\s+(?:\\S+\\s+)*-c" + END),
          rule(
              "delete",
              Level.HIGH,
              "deletes or overwrites more than one thing",
              START + "rm\\s+(?:-\\S+\\s+)*(?:-\\w*[rR]\\w*|--recursive)" + END,
              START + "rm\\s[^\\n;|&]*(?:[*?]|~|\\$HOME|\\s/(?=\\s|$))",
              "\\bfind\\b[^\\n]*\\s-delete\\b",
              "\\bgit\\s+clean\\s+-\\w*f",
              "\\bdd\\b[^\\n]*\\bof=",
              START + "(?:mkfs(?:\\.\\w+)?|shred)" + END,
              "\\bRemove-Item\\b[^\\n]*-Recurse"),
          rule(
              "delete",
              Level.MEDIUM,
              "deletes something",
              START + "(?:rm|rmdir|unlink|truncate|del|Remove-Item)" + END,
              "\\bDROP\\s+(?:TABLE|DATABASE|SCHEMA|INDEX)\\b",
              "\\bTRUNCATE\\s+TABLE\\b"),
          rule(
              "rights",
              Level.MEDIUM,
              "changes who may do what",
              START + "chmod\\s+(?:-\\w*R|(?:-\\S+\\s+)*0?777)",
              START + "chown\\s+-\\w*R",
              START + "(?:setfacl|icacls)" + END),
          rule(
              "publish",
              Level.HIGH,
              "changes something that others use",
              "\\bgit\\s+push\\b[^\\n;|&]*(?:--force|-f\\b)",
              "\\b(?:npm|yarn|pnpm|cargo)\\s+publish\\b",
              "\\b(?:docker|podman|buildah)\\s+push\\b",
              "\\bterraform\\s+(?:apply|destroy)\\b",
              "\\bkubectl\\b[^\\n;|&]*\\s(?:apply|delete|exec|replace|drain)\\b",
              "\\bhelm\\b[^\\n;|&]*\\s(?:upgrade|uninstall|install)\\b",
              "\\b(?:aws|gcloud|az)\\b[^\\n;|&]*\\b(?:delete|terminate|rm)\\b"),
          rule(
              "install",
              Level.MEDIUM,
              "installs software of others",
              "\\b(?:apt|apt-get|dnf|yum|apk|pacman|brew|choco|winget|npm|yarn|pnpm|pip[\\d.]*|pipx"
                  + "|gem|cargo|go|snap|conda|uv)\\s+(?:-\\S+\\s+)*(?:install|add|i|get)\\b",
              "\\bpacman\\s+-S\\w*"),
          rule(
              "secrets",
              Level.HIGH,
              "reads where secrets are kept",
              "\\.(?:ssh|aws|gnupg|netrc|env|kube|docker/config\\.json|pgpass|npmrc|pypirc"
                  + "|git-credentials)(?=$|[\\s/'\";&|)])",
              "\\bid_(?:rsa|ed25519|ecdsa|dsa)\\b|\\bkubeconfig\\b|/etc/(?:shadow|sudoers)\\b",
              "\\bkeychain\\b|\\bsecurity\\s+find-|Login Data|cookies\\.sqlite",
              START + "printenv" + END,
              "^\\s*env\\s*(?:$|\\|)"),
          rule(
              "encoded",
              Level.HIGH,
              "what it does is written so that nobody can read it",
              "\\b(?:base64|base32|xxd|openssl\\s+\\w+)\\b[^\\n"
                  + "|]*(?:-d|-D|--decode|-r)\\b[^\\n"
                  + "|]*\\|",
              "\\b(?:gunzip|gzip\\s+-\\w*d|zcat|unxz)\\b[^\\n|]*\\|\\s*" + INTERPRETER,
              START + "eval" + END,
              "\\S{201}"),
          rule(
              "persists",
              Level.HIGH,
              "stays when this command has ended",
              START + "crontab" + END,
              "\\bsystemctl\\s+(?:--\\S+\\s+)*enable\\b",
              "LaunchAgents|LaunchDaemons|\\blaunchctl\\s+(?:load|bootstrap)\\b",
              "\\.(?:bashrc|zshrc|profile|bash_profile|zprofile|zshenv)\\b",
              "authorized_keys|\\bschtasks\\b|/etc/(?:cron|init\\.d|systemd|profile)"));

  private static RiskRule rule(String id, Level level, String text, String... patterns) {
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    return new RiskRule(id, level, Pattern.compile(String.join("|", patterns), flags), text);
  }

  boolean fits(String command) {
    return pattern.matcher(command).find();
  }
}
