package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.platform.protocol.Ids;
import java.util.UUID;

/** Random identifiers; the one place that asks the system for them. */
public final class SystemIds implements Ids {
  @Override
  public String uuid() {
    return UUID.randomUUID().toString();
  }
}
