package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A browser is opened only where somebody sits. */
class DesktopTest {
  @ParameterizedTest
  @CsvSource({
    "DISPLAY, Linux, xdg-open",
    "WAYLAND_DISPLAY, Linux, xdg-open",
    "HOME, Mac OS X, open",
    "HOME, Windows 11, rundll32",
  })
  void aDesktopHasAProgramThatOpensAddresses(String variable, String system, String program) {
    assertThat(Desktop.of(Map.of(variable, ":0"), system).command()).startsWith(program);
  }

  @ParameterizedTest
  @CsvSource({"HOME, Linux", "SSH_CONNECTION, Linux", "SSH_TTY, Mac OS X"})
  void elsewhereThereIsNone(String variable, String system) {
    Desktop desktop = Desktop.of(Map.of(variable, "x"), system);

    assertThat(desktop.command()).isEmpty();
    assertThat(desktop.open("http://127.0.0.1/")).isFalse();
  }

  @Test
  void overSshADisplayIsAnothers() {
    assertThat(
            Desktop.of(Map.of("DISPLAY", ":10", "SSH_CLIENT", "10.0.0.5 1 22"), "Linux").command())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ws://127.0.0.1:18789, /console/, http://127.0.0.1:18789/console/#b=kkb_x",
    "wss://gw.example.com, /gw/console/, https://gw.example.com/gw/console/#b=kkb_x",
    "ws://[::1]:18789/any, /console/, http://[::1]:18789/console/#b=kkb_x",
  })
  void theLinkIsMadeOfTheGatewaysAddress(URI gateway, String path, String link) {
    assertThat(ConsoleCommand.link(gateway, path, "kkb_x")).isEqualTo(link);
  }
}
