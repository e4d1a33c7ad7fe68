package dev.krabkrab.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that a start proposes go to the instance that proposes them. */
class LaunchCommandsTest {
  private static final String HOME = System.getProperty("user.home");

  private static InstanceSettings settings(String... flags) {
    Map<String, String> given = new HashMap<>(Map.of("state-dir", HOME + "/.krabkrab"));
    for (int i = 0; i < flags.length; i += 2) {
      given.put(flags[i], flags[i + 1]);
    }
    return InstanceSettings.load(given, Map.of(), null, "x");
  }

  private static GatewayFlags flags(
      @Nullable String bind, @Nullable Path config, @Nullable String redis) {
    return new GatewayFlags(
        null, bind, config, "t0p", null, null, null, "blue", redis, null, null, null, null, null,
        null, null, null, false);
  }

  private static PasteCommands commands(InstanceSettings own) {
    return new PasteCommands(own, flags(null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 18789, krabkrab status",
    "127.0.0.1, 18790, krabkrab status --url ws://127.0.0.1:18790",
    "0.0.0.0, 18789, krabkrab status",
    "0.0.0.0, 18790, krabkrab status --url ws://127.0.0.1:18790",
    "::, 18789, krabkrab status --url ws://[::1]:18789",
    "10.1.2.3, 18789, krabkrab status --url ws://10.1.2.3:18789"
  })
  void anAddressCanBeConnectedTo(String bind, int port, String told) {
    InstanceSettings own = settings("bind", bind, "port", Integer.toString(port));
    assertThat(commands(own).client("status")).isEqualTo(told);
  }

  @Test
  void theStateDirectoryIsNamedWhereItIsNotTheUsualOne() {
    assertThat(commands(settings()).local("token")).isEqualTo("krabkrab token");
    assertThat(commands(settings("state-dir", "/var/lib/my gw")).local("token"))
        .isEqualTo("krabkrab token --state-dir '/var/lib/my gw'");
  }

  @Test
  void anotherInstanceJoinsThisOne() {
    PasteCommands commands =
        new PasteCommands(
            settings("state-dir", "/s"),
            flags("lan", Path.of("gw.json5"), "redis://me:hidden@r:6379"));
    assertThat(commands.another(18790))
        .isEqualTo(
            "krabkrab gateway --port 18790 --state-dir /s --bind lan --config gw.json5 --namespace"
                + " blue --redis-url redis://USER:PASSWORD@r:6379");
  }

  @Test
  void theNextPortIsOneThatNobodyHas() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      InstanceSettings beside = settings("port", Integer.toString(port - 1));
      assertThat(PortCheck.next(beside)).isGreaterThan(port);
      InstanceSettings managed =
          settings("port", Integer.toString(port), "management-port", Integer.toString(port + 1));
      assertThat(PortCheck.next(managed)).isGreaterThan(port + 1);
      assertThat(PortCheck.problem(managed, commands(managed)))
          .contains("port " + port + " on 127.0.0.1 is taken", "(krabkrab status --url ws://")
          .contains("krabkrab gateway --port " + PortCheck.next(managed));
      assertThat(PortCheck.problem(settings("port", "0"), commands(managed))).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Cannot assign requested address, is no address of this machine",
    "Permission denied, take one above 1023",
    "Address already in use, is taken",
    "bind(..) failed with error(-98): Address already in use, is taken"
  })
  void whatIsWrongWithAPortIsSaid(String failure, String told) {
    InstanceSettings own = settings();
    assertThat(PortCheck.explained(own, failure, commands(own))).contains(told);
  }

  @Test
  void anAddressOfAnotherMachineIsNone() {
    InstanceSettings own = settings("bind", "192.0.2.254", "port", "18999");
    assertThat(Objects.requireNonNull(PortCheck.problem(own, commands(own))))
        .startsWith("192.0.2.254 is no address of this machine");
  }
}
