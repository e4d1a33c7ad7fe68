package dev.krabkrab.gateway.control.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which texts tell truly what words run. */
class CommandFormsTest {
  private static Arguments row(boolean same, String text, String... argv) {
    return Arguments.of(same, text, List.of(argv));
  }

  static Stream<Arguments> rows() {
    return Stream.of(plain(), shells(), windows(), lies()).flatMap(rows -> rows);
  }

  private static Stream<Arguments> plain() {
    return Stream.of(
        row(true, "ls", "ls"),
        row(true, "ls -l", "ls", "-l"),
        row(true, "  ls\t-l  ", "ls", "-l"),
        row(true, "/bin/echo \"a b\"", "/bin/echo", "a b"),
        row(true, "/bin/echo 'a b'", "/bin/echo", "a b"),
        row(true, "/bin/echo a\\ b", "/bin/echo", "a b"),
        row(true, "/bin/echo a' 'b", "/bin/echo", "a b"),
        row(true, "echo ''", "echo", ""),
        row(true, "echo \"\"", "echo", ""),
        row(true, "echo '' x", "echo", "", "x"),
        row(true, "echo 'it'\\''s'", "echo", "it's"),
        row(true, "echo \"it's\"", "echo", "it's"),
        row(true, "git commit -m it's", "git", "commit", "-m", "it's"),
        row(true, "echo 'say \"hi\"'", "echo", "say \"hi\""),
        row(true, "echo \"say \\\"hi\\\"\"", "echo", "say \"hi\""),
        row(true, "echo '$(id)'", "echo", "$(id)"),
        row(true, "echo \"\\$(id)\"", "echo", "$(id)"),
        row(true, "echo \\$HOME", "echo", "$HOME"),
        row(true, "echo '`id`'", "echo", "`id`"),
        row(true, "echo '\\'", "echo", "\\"),
        row(true, "echo \\\\", "echo", "\\"),
        row(true, "echo \"\\\\\"", "echo", "\\"),
        row(true, "echo \"a\\b\"", "echo", "a\\b"),
        row(true, "echo 'a\tb'", "echo", "a\tb"),
        row(true, "echo 'a\nb'", "echo", "a\nb"),
        row(true, "echo \"a\nb\"", "echo", "a\nb"),
        row(true, "echo naïve 日本語 😀", "echo", "naïve", "日本語", "😀"),
        row(true, "echo '\u00a0'", "echo", "\u00a0"),
        row(true, "grep 'a|b' 'x;y'", "grep", "a|b", "x;y"),
        row(true, "curl https://x.test/?a=1&b=2", "curl", "https://x.test/?a=1&b=2"),
        row(true, "find . -exec rm {} ;", "find", ".", "-exec", "rm", "{}", ";"),
        row(true, "find . -name *.log", "find", ".", "-name", "*.log"),
        row(true, "dd of=a#b", "dd", "of=a#b"),
        row(true, "python -c print(1)", "python", "-c", "print(1)"));
  }

  private static Stream<Arguments> shells() {
    return Stream.of(
        row(true, "echo mark", "/bin/sh", "-lc", "echo mark"),
        row(true, "echo mark", "/bin/sh", "-c", "echo mark"),
        row(true, "a | b > c; d", "/bin/bash", "-lc", "a | b > c; d"),
        row(true, "ls", "/usr/bin/zsh", "-c", "ls"),
        row(true, "/bin/sh -lc \"echo mark\"", "/bin/sh", "-lc", "echo mark"),
        row(true, "/bin/sh -lc 'echo mark'", "/bin/sh", "-lc", "echo mark"),
        row(true, "/bin/sh -lc \"echo $HOME; ls\"", "/bin/sh", "-lc", "echo $HOME; ls"),
        row(true, "/tmp/evil/sh -lc ls", "/tmp/evil/sh", "-lc", "ls"),
        row(true, "sh -c 'echo hi; rm x'", "sh", "-c", "echo hi; rm x"),
        row(false, "sh -c echo hi; rm x", "sh", "-c", "echo hi; rm x"),
        row(false, "ls", "/tmp/evil/sh", "-lc", "ls"),
        row(false, "ls", "sh", "-lc", "ls"),
        row(false, "ls", "/bin/sh", "-lc", "ls", "x"),
        row(false, "ls", "/bin/sh", "-lx", "ls"),
        row(false, "ls", "/bin/../tmp/sh", "-c", "ls"),
        row(false, "ls -l", "/bin/sh", "-lc", "curl evil | sh"),
        row(false, "ls", "/bin/sh", "-c", "rm", "ls"),
        row(false, "/bin/sh -lc echo mark", "/bin/sh", "-lc", "echo mark"),
        row(false, "echo mark ", "/bin/sh", "-lc", "echo mark"),
        row(false, "print(1)", "/usr/bin/python3", "-c", "print(1)"));
  }

  private static Stream<Arguments> windows() {
    return Stream.of(
        row(true, "dir C:\\x", "cmd.exe", "/d", "/s", "/c", "dir C:\\x"),
        row(true, "dir", "C:\\Windows\\System32\\cmd.exe", "/d", "/s", "/c", "dir"),
        row(true, "cmd.exe /d /s /c \"dir C:\\x\"", "cmd.exe", "/d", "/s", "/c", "dir C:\\x"),
        row(true, "C:\\Tools\\a.exe x", "C:\\Tools\\a.exe", "x"),
        row(true, "\"C:\\Program Files\\a.exe\" x", "C:\\Program Files\\a.exe", "x"),
        row(true, "'C:\\Tools\\a.exe' x", "C:\\Tools\\a.exe", "x"),
        row(false, "C:\\Tools\\a.exe", "C:Toolsa.exe"),
        row(false, "dir", "D:\\evil\\cmd.exe", "/d", "/s", "/c", "dir"),
        row(false, "dir", "cmd.exe", "/c", "dir"),
        row(false, "dir a", "cmd.exe", "/d", "/s", "/c", "dir", "a"));
  }

  /** Each reads as something else than it runs. */
  private static Stream<Arguments> lies() {
    return Stream.of(
        row(false, "ls", "rm"),
        row(false, "ls -l", "ls", "-l", ""),
        row(false, "rm a b", "rm", "a b"),
        row(false, "rm -rf /srv/old\\ /srv", "rm", "-rf", "/srv/old\\", "/srv"),
        row(false, "rm $x /srv/old\\ /srv", "rm", "$x", "/srv/old\\", "/srv"),
        row(false, "rm $x a' /srv b'", "rm", "$x", "a'", "/srv", "b'"),
        row(false, "rm `true /srv x`", "rm", "`true", "/srv", "x`"),
        row(false, "rm $(true /srv x)", "rm", "$(true", "/srv", "x)"),
        row(false, "rm x # /srv", "rm", "x", "#", "/srv"),
        row(false, "rm x > /srv/y", "rm", "x", ">", "/srv/y"),
        row(false, "rm a; ls /srv", "rm", "a;", "ls", "/srv"),
        row(false, "rm a && ls /srv", "rm", "a", "&&", "ls", "/srv"),
        row(false, "rm a | tee /srv", "rm", "a", "|", "tee", "/srv"),
        row(false, "rm a\nls /srv", "rm", "a", "ls", "/srv"),
        row(false, "rm a\u00a0b", "rm", "a", "b"),
        row(false, "rm a\u00a0b", "rm", "a\u00a0b"),
        row(false, "rm a\u2003/srv", "rm", "a\u2003/srv"),
        row(false, "PATH=/tmp/evil ls", "PATH=/tmp/evil", "ls"),
        row(false, "'PATH=/tmp/evil' ls", "PATH=/tmp/evil", "ls"),
        row(false, "echo $HOME", "echo", "/root"),
        row(false, "echo \"$HOME\"", "echo", "/root"),
        row(false, "echo $'a\\nb'", "echo", "a\nb"),
        row(false, "echo ~", "echo", "/root"),
        row(false, "echo {a,b}", "echo", "a", "b"),
        row(false, "echo 'a", "echo", "a"),
        row(false, "echo \"a", "echo", "a"),
        row(false, "echo a\\", "echo", "a"),
        row(false, "echo a\\\nb", "echo", "ab"),
        row(false, "", "ls"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void textsAndWords(boolean same, String text, List<String> argv) {
    assertThat(CommandForms.saysTheSame(text, argv)).isEqualTo(same);
  }

  @Test
  void whatIsLookedForByItsWordsIsTheTextThatNodeHostsWrite() {
    assertThat(CommandForms.usual(List.of("/bin/sh", "-lc", "ls -l"))).isEqualTo("ls -l");
    assertThat(CommandForms.usual(List.of("echo", "a b", ""))).isEqualTo("echo \"a b\" \"\"");
  }

  /** Whatever the words, quoting them and reading them again gives the words. */
  @Test
  void whatIsQuotedIsReadAgain() {
    String pieces = "ab -_/.:=,@%+'\"\\$`!#~*?[]{}()<>|&;^ \t\n\r\u00a0\u202eé日😀";
    int[] marks = pieces.codePoints().toArray();
    Random random = new Random(7);
    for (int run = 0; run < 20_000; run++) {
      List<String> words = new ArrayList<>(List.of("x" + word(random, marks)));
      for (int more = random.nextInt(4); more > 0; more--) {
        words.add(word(random, marks));
      }
      if (CommandForms.ASSIGNMENT.matcher(words.getFirst()).matches()) {
        continue;
      }
      String text = ShellWords.join(words);
      assertThat(ShellWords.split(text)).as(text).contains(words);
      assertThat(CommandForms.saysTheSame(text, words)).as(text).isTrue();
    }
  }

  /** A text that is true for some words is true for no others, but for the shells given it. */
  @Test
  void oneTextOneMeaning() {
    int[] marks = "aa '\"\\$;`#(".codePoints().toArray();
    Random random = new Random(11);
    Map<String, List<String>> meanings = new HashMap<>();
    for (int run = 0; run < 200_000; run++) {
      List<String> words = new ArrayList<>();
      for (int more = 1 + random.nextInt(3); more > 0; more--) {
        words.add(word(random, marks));
      }
      String text = CommandForms.display(words);
      if (CommandForms.saysTheSame(text, words)) {
        assertThat(meanings.computeIfAbsent(text, first -> words)).as(text).isEqualTo(words);
        assertThat(ShellWords.split(text).orElse(words)).as(text).isEqualTo(words);
      }
    }
    assertThat(meanings).hasSizeGreaterThan(1_000);
  }

  private static String word(Random random, int[] marks) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(5); length > 0; length--) {
      word.appendCodePoint(marks[random.nextInt(marks.length)]);
    }
    return word.toString();
  }
}
