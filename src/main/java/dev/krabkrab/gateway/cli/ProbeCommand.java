package dev.krabkrab.gateway.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code krabkrab probe}: one HTTP request to the gateway on this machine. */
@Command(
    name = "probe",
    description = "Asks the gateway on this machine over plain HTTP whether it is alive.",
    footer = {
      "",
      "For health checks of a container: it needs no device, no pairing and no secret. Port:",
      "KRABKRAB_MANAGEMENT_PORT, else KRABKRAB_PORT, else 18789; a port that speaks TLS is no",
      "port for it.",
      "",
      "Examples:",
      "  krabkrab probe",
      "  krabkrab probe --path /readyz --port 9090"
    })
final class ProbeCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 18_789;

  @Option(
      names = "--path",
      paramLabel = "PATH",
      defaultValue = "/healthz",
      description = "What to ask for; 200 is well. Default: ${DEFAULT-VALUE}.")
  private String path = "";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      converter = Bounded.PeerPort.class,
      description = "Where to ask.")
  private @Nullable Integer port;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = Bounded.Wait.class,
      description = "How long to wait. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ZERO;

  private final CliContext context;

  ProbeCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (!path.matches("/[A-Za-z0-9/_.-]*")) {
      throw CliException.usage("not a path: " + path, "It looks like /readyz.");
    }
    int target = port != null ? port : configuredPort();
    String answer;
    try {
      answer = statusLine(target);
    } catch (IOException e) {
      throw new CliException(
          ExitCodes.UNREACHABLE, "port " + target + " does not answer: " + e.getMessage(), null);
    }
    boolean well = answer.matches("HTTP/1\\.[01] 200( .*)?");
    context.out().println(well ? "OK" : "NOT OK: " + Text.safe(answer));
    return well ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private int configuredPort() {
    Environment environment = new Environment(context);
    return environment
        .get("KRABKRAB_MANAGEMENT_PORT")
        .or(() -> environment.get("KRABKRAB_PORT"))
        .map(ProbeCommand::number)
        .orElse(DEFAULT_PORT);
  }

  private static int number(String text) {
    try {
      return new Bounded.PeerPort().convert(text);
    } catch (TypeConversionException e) {
      throw CliException.usage("not a port: " + text, "A port is a number from 1 to 65535.");
    }
  }

  /** A socket and no HTTP client: half the time of a check would go into starting one. */
  private String statusLine(int target) throws IOException {
    int patience = (int) Math.max(1, timeout.toMillis());
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(patience);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), patience);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String line =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
              .readLine();
      if (line == null) {
        throw new IOException("closed without a word");
      }
      return line;
    }
  }
}
