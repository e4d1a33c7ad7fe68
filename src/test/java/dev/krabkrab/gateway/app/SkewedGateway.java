package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.GatewayFlags;
import java.time.Duration;
import java.time.InstantSource;

/** Entry point of one instance whose clock is wrong; everything else is in its environment. */
public final class SkewedGateway {
  private SkewedGateway() {}

  /**
   * Runs until it is stopped.
   *
   * @param args how far the clock is ahead, in milliseconds
   */
  public static void main(String[] args) {
    Duration skew = Duration.ofMillis(Long.parseLong(args[0]));
    InstantSource clock = () -> InstantSource.system().instant().plus(skew);
    System.exit(new GatewayProcess(clock).run(noFlags()));
  }

  private static GatewayFlags noFlags() {
    return new GatewayFlags(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, false);
  }
}
