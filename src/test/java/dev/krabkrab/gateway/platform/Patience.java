package dev.krabkrab.gateway.platform;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long a test waits for what has to come, unless it says otherwise: a machine that is busy may
 * stand still for seconds. Found by JUnit itself, for every test.
 */
public final class Patience implements BeforeAllCallback {
  private static final Duration DEFAULT = Duration.ofSeconds(30);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(DEFAULT);
  }
}
