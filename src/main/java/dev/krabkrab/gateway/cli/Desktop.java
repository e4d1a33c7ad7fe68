package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The browser of whoever sits at this machine.
 *
 * @param command what opens an address that is added to it; empty where nobody sits
 */
record Desktop(List<String> command) {
  private static final List<String> REMOTE = List.of("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY");
  private static final List<String> DISPLAYS = List.of("DISPLAY", "WAYLAND_DISPLAY");

  /** How long a program may take that is still at work, in seconds. */
  private static final int PATIENCE_S = 3;

  Desktop {
    command = List.copyOf(command);
  }

  /**
   * @param system {@code os.name}
   */
  static Desktop of(Map<String, String> environment, String system) {
    if (isSet(environment, REMOTE)) {
      return new Desktop(List.of());
    }
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return new Desktop(List.of("open"));
    }
    if (name.startsWith("windows")) {
      return new Desktop(List.of("rundll32", "url.dll,FileProtocolHandler"));
    }
    return new Desktop(isSet(environment, DISPLAYS) ? List.of("xdg-open") : List.of());
  }

  private static boolean isSet(Map<String, String> environment, List<String> names) {
    return names.stream().anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
  }

  /** Opens an address; false when that cannot be done. */
  boolean open(String address) {
    if (command.isEmpty()) {
      return false;
    }
    List<String> whole = new ArrayList<>(command);
    whole.add(address);
    try {
      Process started =
          new ProcessBuilder(whole)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      // A browser that was not open before stays in the foreground.
      return !started.waitFor(PATIENCE_S, TimeUnit.SECONDS) || started.exitValue() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
