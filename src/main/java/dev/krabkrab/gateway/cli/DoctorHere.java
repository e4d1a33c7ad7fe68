package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.config.InstanceFile;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at this machine: its Java, its limits, the configuration file a gateway would read. */
final class DoctorHere {
  private static final int NEEDED = 25;
  private static final long FEW_FILES = 4_096;
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+|unlimited)");

  private final Map<String, String> environment;
  private final @Nullable Path config;
  private final List<DoctorCheck> checks = new ArrayList<>();
  private @Nullable InstanceSettings settings;

  /**
   * @param config the file, or null for the one the environment names, if any
   */
  DoctorHere(Map<String, String> environment, @Nullable Path config) {
    this.environment = environment;
    this.config = config;
  }

  /**
   * What a gateway would start with here; null before {@link #look}, or when it would not start.
   */
  @Nullable InstanceSettings settings() {
    return settings;
  }

  List<DoctorCheck> look() {
    java();
    files();
    file();
    return checks;
  }

  private void java() {
    Runtime.Version version = Runtime.version();
    String text = version + " (" + System.getProperty("java.home", "?") + ")";
    checks.add(
        version.feature() >= NEEDED
            ? DoctorCheck.ok("Java", text)
            : DoctorCheck.fail("Java", text, "Install Java " + NEEDED + " or newer."));
  }

  /** Each connection is an open file. */
  private void files() {
    if (!Files.isReadable(LIMITS)) {
      return;
    }
    try {
      Matcher found = OPEN_FILES.matcher(Files.readString(LIMITS));
      if (found.find()) {
        checks.add(openFiles(found.group(1)));
      }
    } catch (IOException e) {
      checks.add(DoctorCheck.warn("Open files", "unknown: " + e.getMessage(), ""));
    }
  }

  static DoctorCheck openFiles(String most) {
    boolean few = !most.equals("unlimited") && Long.parseLong(most) < FEW_FILES;
    return few
        ? DoctorCheck.warn(
            "Open files",
            "at most " + most,
            "Raise it for the gateway (ulimit -n 65536, LimitNOFILE=65536): each connection is"
                + " one.")
        : DoctorCheck.ok("Open files", "at most " + most);
  }

  private void file() {
    try {
      InstanceFile.Read read = InstanceFile.read(config, environment);
      List<String> problems =
          read.name().isEmpty()
              ? List.of()
              : new SettingsFile(read.name(), read.text(), read.content()).problems();
      settings = InstanceFile.settings(config, environment, "doctor");
      if (problems.isEmpty()) {
        String name = read.name().isEmpty() ? "none; all by default or by variables" : read.name();
        checks.add(DoctorCheck.ok("Configuration", name));
      }
      problems.forEach(
          problem ->
              checks.add(
                  DoctorCheck.fail(
                      "Configuration",
                      problem,
                      "A gateway does not start with it; docs/reference/configuration.md has all"
                          + " keys.")));
    } catch (InvalidSettingException e) {
      checks.add(
          DoctorCheck.fail(
              "Configuration", String.valueOf(e.getMessage()), "Correct it; see --config."));
    }
  }
}
