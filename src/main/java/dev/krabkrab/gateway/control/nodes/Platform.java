package dev.krabkrab.gateway.control.nodes;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node claims to run on, with the commands that may be requested of it. Protocol 02
 * §9.1–9.2.
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
  private static final List<String> NOTICES = List.of("system.notify");

  /** What runs commands or programs, finds them, or decides about them. */
  private static final List<String> RUNNING =
      List.of(
          "system.run",
          "system.run.prepare",
          "system.which",
          ReservedCommands.APPROVALS_GET,
          ReservedCommands.APPROVALS_SET,
          "browser.proxy");

  private static final Set<String> HARMLESS =
      union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, SMS, NOTICES));

  private static final Map<Platform, Set<String>> COMMANDS =
      Map.of(
          IOS, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION)),
          ANDROID, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, SMS)),
          MACOS, union(List.of(CANVAS, CAMERA, SCREEN, LOCATION, NOTICES, RUNNING)),
          WINDOWS, union(List.of(NOTICES, RUNNING)),
          LINUX, union(List.of(NOTICES, RUNNING)));

  /** First words of what clients call their platform. */
  private static final Map<String, Platform> BY_NAME =
      Map.ofEntries(
          Map.entry("ios", IOS),
          Map.entry("android", ANDROID),
          Map.entry("mac", MACOS),
          Map.entry("macos", MACOS),
          Map.entry("macosx", MACOS),
          Map.entry("macintosh", MACOS),
          Map.entry("darwin", MACOS),
          Map.entry("win", WINDOWS),
          Map.entry("windows", WINDOWS),
          Map.entry("linux", LINUX));

  /** Words of what they call their kind of device. */
  private static final Map<String, Platform> BY_FAMILY =
      Map.ofEntries(
          Map.entry("iphone", IOS),
          Map.entry("ipad", IOS),
          Map.entry("ios", IOS),
          Map.entry("android", ANDROID),
          Map.entry("mac", MACOS),
          Map.entry("macos", MACOS),
          Map.entry("macbook", MACOS),
          Map.entry("imac", MACOS),
          Map.entry("windows", WINDOWS),
          Map.entry("linux", LINUX));

  private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]+");

  /** Commands allowed by default. */
  Set<String> commands(NodePolicySettings.Unknown unknown) {
    return this == UNKNOWN ? ofUnknown(unknown) : COMMANDS.getOrDefault(this, Set.of());
  }

  private static Set<String> ofUnknown(NodePolicySettings.Unknown unknown) {
    return switch (unknown) {
      case NOTHING -> Set.of();
      case NOTHING_THAT_RUNS -> HARMLESS;
      case EVERYTHING -> union(List.of(List.copyOf(HARMLESS), RUNNING));
    };
  }

  private static Set<String> union(List<List<String>> groups) {
    return groups.stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Reads the first word of the platform's name, else the words of the device family. All of it is
   * a claim: whoever may lie gets no less than the platform it names.
   */
  static Platform of(@Nullable String platform, @Nullable String deviceFamily) {
    return words(platform)
        .limit(1)
        .map(word -> BY_NAME.getOrDefault(word, UNKNOWN))
        .filter(known -> known != UNKNOWN)
        .findFirst()
        .orElseGet(
            () ->
                words(deviceFamily)
                    .map(word -> BY_FAMILY.getOrDefault(word, UNKNOWN))
                    .filter(known -> known != UNKNOWN)
                    .findFirst()
                    .orElse(UNKNOWN));
  }

  private static Stream<String> words(@Nullable String text) {
    return text == null
        ? Stream.empty()
        : NO_LETTERS.splitAsStream(text.strip().toLowerCase(Locale.ROOT));
  }
}
