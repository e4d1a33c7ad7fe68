/** Tests of the Redis room, and the Redis other rooms test with. */
@NullMarked
package dev.krabkrab.gateway.platform.redis;

import org.jspecify.annotations.NullMarked;
