package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.protocol.Ids;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/**
 * Everything of the surrounding process a command may use, so that tests can replace it.
 *
 * @param environment environment variables
 * @param home the user's home directory
 * @param clock wall clock
 * @param ids source of fresh idempotency keys
 * @param out standard output
 * @param err standard error
 * @param in standard input
 */
public record CliContext(
    Map<String, String> environment,
    Path home,
    InstantSource clock,
    Ids ids,
    PrintWriter out,
    PrintWriter err,
    BufferedReader in) {

  /** Whoever prints, prints escaped. */
  public CliContext {
    out = Printer.to(out);
    err = Printer.to(err);
  }

  /** The context of the running process. */
  public static CliContext ofProcess() {
    return new CliContext(
        System.getenv(),
        Path.of(System.getProperty("user.home", ".")),
        InstantSource.system(),
        CliContext::randomUuid,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
  }

  static String randomUuid() {
    ByteBuffer random = ByteBuffer.allocate(16);
    new SecureRandom().nextBytes(random.array());
    long high = (random.getLong() & ~0xF000L) | 0x4000L;
    long low = (random.getLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low).toString();
  }

  /** Where standard output goes. */
  Terminal terminal() {
    return Terminal.of(environment);
  }

  /** The current time in milliseconds since the epoch. */
  long nowMs() {
    return clock.millis();
  }
}
