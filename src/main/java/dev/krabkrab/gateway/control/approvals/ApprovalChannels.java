package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.redis.RedisLink;

/**
 * The ways on which news of an approval leave the instance.
 *
 * @param link the connection of the approvals, so that messages leave together with its commands
 * @param backplane to the other instances
 * @param broadcaster to the connections of this one
 */
record ApprovalChannels(RedisLink link, Backplane backplane, Broadcaster broadcaster) {
  /** Those of an instance, with a link to Redis. */
  static ApprovalChannels of(Platform platform, RedisLink link) {
    return new ApprovalChannels(link, platform.backplane(), platform.broadcaster());
  }
}
