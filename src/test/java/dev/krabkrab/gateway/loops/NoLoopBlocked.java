package dev.krabkrab.gateway.loops;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Fails a test during which an event loop was blocked. Found by JUnit itself, for every test. */
public final class NoLoopBlocked implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    List<String> blocked = LoopWatch.take();
    boolean meant =
        AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), BlocksALoop.class);
    if (!blocked.isEmpty() && !meant) {
      throw new AssertionError(String.join(System.lineSeparator(), blocked));
    }
  }
}
