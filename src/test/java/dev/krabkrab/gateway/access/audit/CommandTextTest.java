package dev.krabkrab.gateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysqldump --password=PLANTED db",
        "mysqldump --password PLANTED db",
        "mysql -pPLANTED db",
        "tool --db-password='PLANTED and PLANTED' x",
        "tool --token \"PLANTED with \\\" quote PLANTED\" x",
        "PGPASSWORD=PLANTED psql",
        "env DB_URL=PLANTED run",
        "cd /srv && API_KEY=\"PLANTED\" ./deploy",
        "curl -H 'Authorization: Bearer PLANTED' https://example.com",
        "curl -H \"X-Api-Key: PLANTED\" https://example.com",
        "curl -u user:PLANTED https://example.com",
        "curl --user=user:PLANTED https://example.com",
        "git clone https://user:PLANTED@example.com/repo.git",
        "git clone https://PLANTED@example.com/repo.git",
        "curl -d '{\"user\":\"a\",\"password\":\"PLANTED\"}' x",
        "curl 'https://example.com/?access_token=PLANTED&x=1'",
        "sshpass -p PLANTED ssh host",
        "redis-cli -a PLANTED ping",
        "vault write secret/x client_secret=PLANTED",
        "echo sk-live-PLANTED1234567 | tool",
        "x eyJhbGciOiJIUzI1NiJ9PLANTED.eyJzdWIiOiIxIn0PLANTED.PLANTED y",
        "printf '-----BEGIN RSA PRIVATE KEY-----\nPLANTED\n'",
        "tool 0123456789abcdef0123456789abcdef0123456789abcdefPLANTED",
      })
  void aSecretIsHidden(String command) {
    assertThat(new CommandText(command).kept()).doesNotContain("PLANTED").contains("***");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rm -rf /srv/data",
        "git checkout 3f786850e387550fdab836ed7e6dc881de23001b",
        "docker run -u 1000 image",
        "mkdir -p /a/b",
        "ls --sort=time",
        "ssh -p 2222 host uptime",
      })
  void whatIsNoSecretStays(String command) {
    assertThat(new CommandText(command).kept()).isEqualTo(command);
  }

  @Test
  void whatStaysSaysWhatWasDone() {
    assertThat(new CommandText("mysqldump --password=x -h db1 shop").kept())
        .isEqualTo("mysqldump --password=*** -h db1 shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-",
        "key-a.",
        "mysql ",
        "authorization ",
        "A=",
        "-u ",
        "--token ",
        "token\"",
        "a://",
        "eyJ.",
        "\"\\",
        "'\"",
        "sk-",
        ".-.key"
      })
  void noTextHoldsTheLoopUp(String part) {
    String hostile = "key user mysql token=" + part.repeat(4_000 / part.length());
    new CommandText(hostile);
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(new CommandText(hostile + i).kept()).isNotEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aSecretAtTheEndOfWhatIsKeptIsHidden() {
    for (int before = CommandText.MOST - 60; before < CommandText.MOST; before++) {
      String command = "x ".repeat(before / 2) + "--password=" + "PLANTED".repeat(100);
      assertThat(new CommandText(command).kept()).doesNotContain("PLANTED");
    }
  }

  @Test
  void itIsBoundedAndQuick() {
    String hostile = "--token \"" + "\\\"=:'".repeat(200_000);
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertThat(new CommandText(hostile + i).kept().length())
          .isLessThanOrEqualTo(CommandText.MOST + 1);
      assertThat(new CommandText("a".repeat(500_000) + i).kept().length())
          .isLessThanOrEqualTo(CommandText.MOST + 1);
      assertThat(new CommandText("a=".repeat(250_000) + i).kept().length())
          .isLessThanOrEqualTo(CommandText.MOST + 1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
  }
}
