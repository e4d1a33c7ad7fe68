package dev.krabkrab.gateway.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The release before this tree, built from its commit. */
public final class LastRelease {
  private static final int NO_HISTORY = 3;

  private LastRelease() {}

  /** Its jar; ends the test as not run where the clone has no history. */
  public static Path jar() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder(".ci/last-release")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed;
    try (InputStream out = build.getInputStream()) {
      printed = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    int code = build.waitFor();
    assumeTrue(code != NO_HISTORY, "this clone has not the commit of the last release");
    if (code != 0) {
      throw new IllegalStateException(".ci/last-release ended with " + code);
    }
    return Path.of(printed);
  }
}
