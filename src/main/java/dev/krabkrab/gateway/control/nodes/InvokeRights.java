package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.platform.protocol.Grounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends invokes whose caller loses the right to them while a node is at work: by a token, user or
 * person that is withdrawn, or a token that expires. For devices, {@link Invokes#withdrawn} is
 * called with what they lost. For one context.
 */
final class InvokeRights {
  private static final Logger LOG = LoggerFactory.getLogger(InvokeRights.class);

  private final Vertx vertx;
  private final Invokes invokes;
  private final InstantSource clock;
  private CredentialStanding credentials = known -> true;

  InvokeRights(Vertx vertx, Invokes invokes, InstantSource clock) {
    this.vertx = vertx;
    this.invokes = invokes;
    this.clock = clock;
  }

  /** Asks somebody from now on. */
  void ask(CredentialStanding standing) {
    credentials = standing;
  }

  /** Ends an invoke when what its caller came with does. */
  <T> Future<T> until(Grounds grounds, long waitMs, Future<T> answer) {
    long left = grounds.expiresAtMs() - clock.millis();
    if (grounds.expiresAtMs() == Grounds.NEVER || left > waitMs) {
      return answer;
    }
    long timer =
        vertx.setTimer(
            Math.max(1, left),
            late -> invokes.withdrawn(on -> on.expiresAtMs() <= grounds.expiresAtMs()));
    return answer.onComplete(over -> vertx.cancelTimer(timer));
  }

  /** The settings changed, or somebody in a channel was sent away. */
  void check() {
    for (String credential : invokes.credentials()) {
      credentials
          .stands(credential)
          .onSuccess(
              stands -> {
                if (!stands) {
                  invokes.withdrawn(on -> credential.equals(on.credential()));
                }
              })
          .onFailure(e -> LOG.warn("the right to invokes is not known: {}", e.getMessage()));
    }
  }
}
