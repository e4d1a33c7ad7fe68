/** Redis: the pipelined client, pub/sub, the script runner, and a server of our own. */
@NullMarked
package dev.krabkrab.gateway.platform.redis;

import org.jspecify.annotations.NullMarked;
