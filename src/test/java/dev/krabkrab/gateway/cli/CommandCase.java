package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a user with an empty home against a gateway that answers as a test says. */
abstract class CommandCase {
  @TempDir Path home;
  TestGateway gateway;
  TestCli cli;

  @BeforeEach
  final void startGateway() throws Exception {
    gateway = TestGateway.start();
    answers(gateway);
    cli = new TestCli(home).environment("KRABKRAB_GATEWAY_URL", gateway.url());
  }

  /** Says what the gateway answers. */
  abstract void answers(TestGateway to);

  @AfterEach
  final void stopGateway() throws Exception {
    gateway.close();
  }

  final JsonNode lastParams() {
    return gateway.requests.getLast().path("params");
  }
}
