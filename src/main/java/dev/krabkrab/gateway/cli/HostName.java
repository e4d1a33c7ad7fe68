package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the name of this machine without asking others. */
final class HostName {
  private static final Path FILE = Path.of("/etc/hostname");
  private static final int LONGEST = 64;

  private HostName() {}

  static String get() {
    String name = fromFile();
    if (name.isBlank()) {
      name = System.getenv().getOrDefault("COMPUTERNAME", "");
    }
    if (name.isBlank()) {
      name = fromNetwork();
    }
    return Text.cut(name.strip(), LONGEST);
  }

  private static String fromFile() {
    try {
      return Files.isReadable(FILE) ? Files.readString(FILE) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String fromNetwork() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
