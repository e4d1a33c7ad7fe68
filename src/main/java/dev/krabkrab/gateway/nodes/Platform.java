package dev.krabkrab.gateway.nodes;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node claims to run on, with the commands that may be asked of it. Protocol 02 §9.1–9.2.
 */
enum Platform {
  IOS,
  ANDROID,
  MACOS,
  WINDOWS,
  LINUX,
  UNKNOWN;

  private static final List<String> CANVAS =
      List.of(
          "canvas.present",
          "canvas.hide",
          "canvas.navigate",
          "canvas.eval",
          "canvas.snapshot",
          "canvas.a2ui.push",
          "canvas.a2ui.pushJSONL",
          "canvas.a2ui.reset");
  private static final List<String> CAMERA = List.of("camera.list", "camera.snap", "camera.clip");
  private static final List<String> SCREEN = List.of("screen.record");
  private static final List<String> LOCATION = List.of("location.get");
  private static final List<String> SMS = List.of("sms.send");
  private static final List<String> SYSTEM =
      List.of(
          "system.run",
          "system.run.prepare",
          "system.which",
          "system.notify",
          "system.execApprovals.get",
          "system.execApprovals.set",
          "browser.proxy");

  private static final Map<Platform, Set<String>> COMMANDS =
      Map.of(
          IOS, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION)),
          ANDROID, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, SMS)),
          MACOS, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, SYSTEM)),
          WINDOWS, union(List.of(SYSTEM)),
          LINUX, union(List.of(SYSTEM)),
          UNKNOWN, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, SMS, SYSTEM)));

  /** Commands allowed by default. */
  Set<String> commands() {
    return COMMANDS.getOrDefault(this, Set.of());
  }

  private static Set<String> union(List<List<String>> groups) {
    return groups.stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());
  }

  /** Reads the platform's name by its start, else the device family by what it contains. */
  static Platform of(@Nullable String platform, @Nullable String deviceFamily) {
    Platform named = byPrefix(lower(platform));
    return named != UNKNOWN ? named : byFamily(lower(deviceFamily));
  }

  private static Platform byPrefix(String name) {
    if (name.startsWith("ios")) {
      return IOS;
    }
    if (name.startsWith("android")) {
      return ANDROID;
    }
    if (name.startsWith("mac") || name.startsWith("darwin")) {
      return MACOS;
    }
    if (name.startsWith("win")) {
      return WINDOWS;
    }
    return name.startsWith("linux") ? LINUX : UNKNOWN;
  }

  private static Platform byFamily(String family) {
    if (family.contains("iphone") || family.contains("ipad") || family.contains("ios")) {
      return IOS;
    }
    if (family.contains("android")) {
      return ANDROID;
    }
    if (family.contains("mac")) {
      return MACOS;
    }
    if (family.contains("windows")) {
      return WINDOWS;
    }
    return family.contains("linux") ? LINUX : UNKNOWN;
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
  }
}
