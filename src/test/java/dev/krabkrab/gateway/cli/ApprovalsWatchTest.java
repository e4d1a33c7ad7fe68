package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code approvals watch} against a gateway that comes and goes. */
class ApprovalsWatchTest {
  @TempDir Path home;

  @Test
  void printsLiveAndReconnects() throws Exception {
    try (TestGateway gateway =
        TestGateway.start()
            .on(
                "exec.approval.list",
                "[{id:'X1',request:{command:'ls'},createdAtMs:5,expiresAtMs:1737264070000}]")) {
      TestCli cli = new TestCli(home);
      Thread watch =
          Thread.ofVirtual().start(() -> cli.run("approvals", "watch", "--url", gateway.url()));
      await().untilAsserted(() -> assertThat(cli.out()).contains("requested  X1  ls"));
      assertThat(gateway.connects.getFirst().path("caps").toString()).contains("exec-approvals");

      gateway.emit(
          "exec.approval.resolved",
          "{id:'X1',decision:'deny',resolvedBy:'Ann',ts:1737264060000,"
              + "reason:'no',resolver:{deviceId:'d1',label:'Ann',user:'ann@x',instance:'gw-1'}}");
      await()
          .untilAsserted(
              () ->
                  assertThat(cli.out())
                      .contains("resolved   X1  deny by Ann (device d1, user ann@x, on gw-1): no"));

      gateway.sockets.getFirst().close((short) 1008, "slow consumer");
      await().untilAsserted(() -> assertThat(gateway.connects).hasSize(2));
      await().untilAsserted(() -> assertThat(gateway.requests).hasSize(2));
      gateway.emit(
          "exec.approval.requested",
          "{id:'X2',request:{command:'id'},createdAtMs:9,expiresAtMs:1737264070000}");
      await().untilAsserted(() -> assertThat(cli.out()).contains("requested  X2  id"));
      assertThat(cli.out().split("requested  X1", -1)).hasSize(2);
      assertThat(cli.err()).contains("slow consumer").contains("trying again");

      watch.interrupt();
      watch.join(5_000);
      assertThat(watch.isAlive()).isFalse();
    }
  }

  @Test
  void refusalEndsIt() throws Exception {
    try (TestGateway gateway =
        TestGateway.start()
            .on(
                "connect",
                params -> {
                  throw new Refusal(
                      1008,
                      "{code:'NOT_PAIRED',message:'pairing required',details:{requestId:'r'}}");
                })) {
      TestCli cli = new TestCli(home);
      assertThat(cli.run("approvals", "watch", "--url", gateway.url()))
          .isEqualTo(ExitCodes.REFUSED);
      assertThat(cli.err()).contains("krabkrab devices approve r");
    }
  }
}
