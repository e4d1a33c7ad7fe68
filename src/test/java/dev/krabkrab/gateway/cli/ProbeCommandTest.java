package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exit status a container engine goes by. */
class ProbeCommandTest {
  @TempDir Path home;

  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/healthz", 200);
    answer("/readyz", 503);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @Test
  void aliveIsZero() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("probe", "--port", port())).isEqualTo(ExitCodes.OK);
    assertThat(cli.out()).isEqualToIgnoringNewLines("OK");
  }

  @Test
  void notReadyIsOne() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("probe", "--path", "/readyz", "--port", port())).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.out()).contains("NOT OK", "503");
  }

  @Test
  void theManagementPortComesFirst() {
    TestCli cli =
        new TestCli(home)
            .environment("KRABKRAB_PORT", "1")
            .environment("KRABKRAB_MANAGEMENT_PORT", port());
    assertThat(cli.run("probe")).isEqualTo(ExitCodes.OK);
  }

  @Test
  void nobodyThereIsThree() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TestCli cli =
          new TestCli(home).environment("KRABKRAB_PORT", Integer.toString(mute.getLocalPort()));
      assertThat(cli.run("probe", "--timeout", "100ms")).isEqualTo(ExitCodes.UNREACHABLE);
      assertThat(cli.err()).contains("does not answer").doesNotContain("\tat ");
    }
  }

  @Test
  void aPathCannotSmuggleHeaders() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("probe", "--path", "/x\r\nHost: y")).isEqualTo(ExitCodes.USAGE);
  }

  private String port() {
    return Integer.toString(server.getAddress().getPort());
  }
}
