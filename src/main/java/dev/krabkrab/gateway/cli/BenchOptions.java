package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.bench.MetricsMeter;
import dev.krabkrab.gateway.cli.bench.Pace;
import dev.krabkrab.gateway.cli.bench.ProcessMeter;
import dev.krabkrab.gateway.cli.bench.ServerMeter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much load, for how long, and what is measured besides. */
final class BenchOptions {
  @Option(
      names = "--rate",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description =
          "Begin so many operations a second whatever became of those before (open loop); each is"
              + " timed from the moment it had to begin.")
  private @Nullable Integer rate;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      converter = Bounded.Count.class,
      description = "Or keep so many under way (closed loop).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Bounded.Wait.class,
      description = "How long to measure. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "3s",
      converter = Bounded.Span.class,
      description = "How long to do the same before that. Default: ${DEFAULT-VALUE}.")
  private Duration warmup = Duration.ZERO;

  @Option(
      names = "--protocol",
      paramLabel = "N",
      defaultValue = "3",
      converter = Bounded.Protocol.class,
      description = "The gateway protocol to speak, 3 or 4. Default: ${DEFAULT-VALUE}.")
  private int protocol;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      split = ",",
      converter = Bounded.Pid.class,
      description =
          "A process of the gateway on this machine, whose processor time and memory are told;"
              + " several for several.")
  private List<Integer> pids = List.of();

  @Option(
      names = "--metrics",
      paramLabel = "URL",
      description = "Or the address of /metrics of an instance; several times for several.")
  private List<String> metrics = List.of();

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "An earlier report (--json): print it beside this one, with ratios.")
  private @Nullable Path compare;

  Duration duration() {
    return duration;
  }

  Duration warmup() {
    return warmup;
  }

  int protocol() {
    return protocol;
  }

  @Nullable Path compare() {
    return compare;
  }

  /**
   * The pace.
   *
   * @param usual how many at a time unless something is said
   * @param most how many at a time there can be
   * @param who what limits them, as in "--connections 5"
   */
  Pace pace(int usual, int most, String who) {
    if (rate != null && concurrency != null) {
      throw CliException.usage(
          "--rate and --concurrency exclude each other",
          "With --rate operations begin at their time however many are under way.");
    }
    if (rate != null) {
      return new Pace.Open(rate);
    }
    int wanted = concurrency == null ? Math.min(usual, most) : concurrency;
    if (wanted > most) {
      throw CliException.usage(
          "--concurrency " + wanted + " is more than " + who + " allows",
          "Each device connects once in a round.");
    }
    return new Pace.Closed(wanted);
  }

  /** What reads processor time and memory; null when nobody asked for it. */
  @Nullable ServerMeter meter() {
    if (!pids.isEmpty() && !metrics.isEmpty()) {
      throw CliException.usage(
          "--pid and --metrics exclude each other", "Both say what the gateway uses.");
    }
    if (!pids.isEmpty()) {
      return new ProcessMeter(pids);
    }
    List<URI> addresses = new ArrayList<>();
    for (String address : metrics) {
      addresses.add(httpAddress(address));
    }
    return addresses.isEmpty() ? null : new MetricsMeter(addresses);
  }

  private static URI httpAddress(String text) {
    try {
      URI address = URI.create(text.strip());
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (address.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text);
    }
    throw notAnAddress(text);
  }

  private static CliException notAnAddress(String text) {
    return CliException.usage(
        "--metrics " + text + " is not an address", "Write it as http://host:9090/metrics.");
  }
}
