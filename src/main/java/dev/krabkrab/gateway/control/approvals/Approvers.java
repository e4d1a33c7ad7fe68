package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Membership;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether somebody other than the requester is connected who could decide. Protocol 05 §13.1. */
final class Approvers {
  private static final Logger LOG = LoggerFactory.getLogger(Approvers.class);

  private final ApproverStore store;
  private final Membership membership;
  private final String instance;
  private final Set<String> here = new HashSet<>();

  /** Those of an instance, for the context of the link. */
  static Approvers of(Platform platform, RedisLink link) {
    ApproverStore store = new ApproverStore(link, link.settings());
    return new Approvers(store, platform.membership(), platform.instance());
  }

  Approvers(ApproverStore store, Membership membership, String instance) {
    this.store = store;
    this.membership = membership;
    this.instance = instance;
    membership.onGone(store::absent);
  }

  void arrived(Caller caller) {
    if (here.add(caller.connId()) && here.size() == 1) {
      report();
    }
  }

  void left(Caller caller) {
    if (here.remove(caller.connId()) && here.isEmpty()) {
      report();
    }
  }

  /** Says again whether this instance has approvers. */
  void report() {
    (here.isEmpty() ? store.absent(instance) : store.present(instance))
        .onFailure(e -> LOG.debug("approvers not reported: {}", e.getMessage()));
  }

  Future<Boolean> canReach(Caller requester) {
    if (here.size() > (here.contains(requester.connId()) ? 1 : 0)) {
      return Future.succeededFuture(true);
    }
    return store.instances().compose(this::anyListening);
  }

  private Future<Boolean> anyListening(Set<String> instances) {
    List<Future<Boolean>> requested =
        instances.stream().filter(it -> !it.equals(instance)).map(membership::listening).toList();
    return Future.all(requested).map(all -> all.<Boolean>list().contains(true));
  }
}
