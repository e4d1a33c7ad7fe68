package dev.krabkrab.gateway.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainCommandTest {
  @Test
  void areTornApartAsAShellDoes() {
    assertThat(PlainCommand.of("  /usr/bin/git   status "))
        .containsExactly("/usr/bin/git", "status");
    assertThat(PlainCommand.of("git log --format=%h -5"))
        .isEqualTo(List.of("git", "log", "--format=%h", "-5"));
    assertThat(PlainCommand.of("ls")).containsExactly("ls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "cd x && make",
        "ls; id",
        "ls | wc",
        "ls > x",
        "ls < x",
        "ls &",
        "ls $HOME",
        "ls `id`",
        "ls $(id)",
        "ls *",
        "ls ?",
        "ls [a]",
        "ls {a,b}",
        "ls ~",
        "~/x",
        "ls 'a b'",
        "ls \"a\"",
        "ls a\\ b",
        "ls #x",
        "!ls",
        "ls !x",
        "(ls)",
        "ls\nid",
        "ls\tid",
        "ls\r\nid",
        "A=1 ls",
        "-x",
        "%1",
        "cd /srv",
        "echo hi",
        "eval ls",
        "exec ls",
        ". x",
        "if x",
        "test a",
        "kill 1",
        "ls \u00e9",
        "ls\u00a0-l"
      })
  void anythingElseIsForAShell(String command) {
    assertThat(PlainCommand.of(command)).isEmpty();
  }
}
