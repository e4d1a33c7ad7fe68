package dev.krabkrab.gateway.cli;

/** The version of this build. */
final class Version {
  private Version() {}

  /** The version in the jar's manifest, or {@code dev} when run from classes. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
