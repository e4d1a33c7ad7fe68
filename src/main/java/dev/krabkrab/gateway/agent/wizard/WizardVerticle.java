package dev.krabkrab.gateway.agent.wizard;

import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.settings.DocumentChanges;

/** Serves {@code wizard.*}, the first steps of an operator. Protocol 03 §14. */
public final class WizardVerticle extends FeatureVerticle {
  private final DocumentChanges changes;

  /**
   * @param changes writes what was answered into the gateway document
   */
  public WizardVerticle(Platform platform, DocumentChanges changes) {
    super(platform);
    this.changes = changes;
  }

  @Override
  protected void open(RedisLink link) {
    WizardService wizard = new WizardService(link, changes, platform.ids(), platform.clock());
    platform.bus().serve(new WizardMethods(wizard).handlers());
  }
}
