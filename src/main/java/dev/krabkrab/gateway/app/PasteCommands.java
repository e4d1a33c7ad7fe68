package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Commands that are told to whoever started an instance, as they can be pasted into another
 * terminal there: called as the launcher was, with the state directory and the address where the
 * command line would not find them by itself.
 */
final class PasteCommands {
  /** How the user called the launcher. */
  private static final String COMMAND = "krabkrab.command";

  private static final int DEFAULT_PORT = 18_789;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./~\\[\\]-]+");

  /** The user and password of an address. */
  private static final Pattern SECRET = Pattern.compile("//[^/@]*@");

  private final InstanceSettings own;
  private final GatewayFlags flags;
  private final String program;

  PasteCommands(InstanceSettings own, GatewayFlags flags) {
    this.own = own;
    this.flags = flags;
    this.program = quoted(System.getProperty(COMMAND, "krabkrab"));
  }

  /** A command that talks to the gateway on the configured port. */
  String client(String command) {
    return client(command, "ws", own.port());
  }

  /** A command that talks to the gateway on a port of this machine. */
  String client(String command, String scheme, int port) {
    boolean usual = port == DEFAULT_PORT && scheme.equals("ws") && local().equals("127.0.0.1");
    return local(command) + (usual ? "" : " --url " + scheme + "://" + local() + ":" + port);
  }

  /** A command that reads the state directory. */
  String local(String command) {
    return program + " " + command + stateDir();
  }

  /** The start of another instance, which joins this one. */
  String another(int port) {
    return program
        + " gateway --port "
        + port
        + stateDir()
        + option("--bind", flags.bind())
        + (Boolean.TRUE.equals(flags.tls()) ? " --tls" : "")
        + option("--tls-cert", flags.tlsCert())
        + option("--tls-key", flags.tlsKey())
        + option("--config", flags.config())
        + option("--namespace", flags.namespace())
        + option("--redis-url", redisUrl());
  }

  /** An address by which this machine reaches what listens on {@code gateway.bind}. */
  String local() {
    InetAddress bound = InetAddress.ofLiteral(own.bind());
    if (!bound.isAnyLocalAddress()) {
      return host(own.bind());
    }
    return bound.getAddress().length > 4 ? "[::1]" : "127.0.0.1";
  }

  /** An address as it stands in a URL. */
  static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private @Nullable String redisUrl() {
    String url = flags.redisUrl();
    return url == null ? null : SECRET.matcher(url).replaceFirst("//USER:PASSWORD@");
  }

  private String stateDir() {
    Path usual = Path.of(System.getProperty("user.home", "."), ".krabkrab");
    return own.stateDir().toAbsolutePath().equals(usual.toAbsolutePath())
        ? ""
        : option("--state-dir", own.stateDir());
  }

  private static String option(String name, @Nullable Object value) {
    return value == null ? "" : " " + name + " " + quoted(value.toString());
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
