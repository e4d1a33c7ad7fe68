package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.cli.DoctorCheck.State;
import dev.krabkrab.gateway.platform.redis.RedisFacts;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code doctor} finds. */
class DoctorTest extends CommandCase {
  private static final Instant NOW = Instant.ofEpochMilli(TestCli.NOW);

  @Override
  void answers(TestGateway to) {
    to.on("health", "{ok:true,ts:" + TestCli.NOW + "}")
        .on("models.authStatus", "{providers:[{provider:'p\\u202e',status:'missing'}]}")
        .on(
            "channels.status",
            "{channelOrder:['slack'],channelAccounts:{slack:[{accountId:'a',lastError:'boom'}]}}")
        .on("config.get", "{warnings:[{path:'a.b',message:'odd'}]}");
  }

  @Test
  void everyLineSaysHowItIsAndWhatToDo() throws Exception {
    assertThat(cli.run("doctor")).isEqualTo(2);
    assertThat(cli.out())
        .contains("ok    Java: ", "ok    Gateway: ws://", "ok    Clock: within a second")
        .contains("warn  Version: 9.9 there", "fail  Models: p\\u202e has no key")
        .contains("fail  Channels: slack a: boom", "channels.md says how")
        .doesNotContain("Settings");
    assertThat(cli.run("doctor", "--json", "--scopes", "operator.read,operator.admin"))
        .isEqualTo(2);
    assertThat(cli.out().lines()).hasSize(1);
    assertThat(Json.parse(cli.out()).path("state").asText()).isEqualTo("fail");
    assertThat(cli.out()).contains("a.b: odd");
  }

  @Test
  void nobodyAtTheAddressIsAFailureWithItsNextStep() throws Exception {
    gateway.close();
    assertThat(cli.run("doctor")).isEqualTo(2);
    assertThat(cli.out()).contains("fail  Gateway: cannot connect", "Is the gateway running?");
  }

  @Test
  void aFileThatNoGatewayStartsWithIsToldWithItsKey() throws Exception {
    Path file = Files.writeString(home.resolve("bad.json"), "{gateway: {prot: 1}}");
    assertThat(cli.run("doctor", "--config", file.toString())).isEqualTo(2);
    assertThat(cli.out()).contains("fail  Configuration: ", "prot");
  }

  @ParameterizedTest
  @CsvSource({"0,OK", "1999,OK", "-2000,WARN", "29999,WARN", "-30000,FAIL"})
  void clocksMayDifferALittle(long offMs, State expected) {
    assertThat(DoctorCheck.clocks("Clock", "the gateway's", offMs).state()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"-1,FAIL", "1,WARN", "15,OK"})
  void aCertificateEndsInTime(int days, State expected) {
    assertThat(DoctorGateway.certificate(NOW.plus(Duration.ofDays(days)), NOW).state())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"unlimited,OK", "4096,OK", "1024,WARN"})
  void fewOpenFilesAreTooFew(String most, State expected) {
    assertThat(DoctorHere.openFiles(most).state()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "true,true,'',noeviction,0,OK OK OK OK",
    "false,false,3600 1,allkeys-lru,100,WARN WARN FAIL OK",
    "true,false,'',volatile-lru,0,OK FAIL WARN OK"
  })
  void aRedisIsJudged(
      boolean fixed, boolean appends, String saves, String policy, long memory, String expected) {
    RedisFacts facts =
        new RedisFacts("redis 1.2.3", fixed, appends, saves, policy, memory, TestCli.NOW);
    List<String> states =
        DoctorRedis.judged(facts, TestCli.NOW, false).stream()
            .map(check -> check.state().name())
            .toList();
    assertThat(String.join(" ", states)).isEqualTo(expected);
  }

  @Test
  void theEndOfAPresentedCertificateIsRead() throws Exception {
    try (TestGateway tls = TestGateway.startTls(SelfSignedCertificate.create())) {
      assertThat(TlsPin.ends(URI.create(tls.url()))).get().isNotNull();
    }
    assertThat(TlsPin.ends(URI.create("wss://127.0.0.1:1"))).isEmpty();
  }
}
