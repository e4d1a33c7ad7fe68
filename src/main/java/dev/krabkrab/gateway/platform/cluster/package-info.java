/** The conversation between instances: messages, broadcast, leases, routing to a connection. */
@NullMarked
package dev.krabkrab.gateway.platform.cluster;

import org.jspecify.annotations.NullMarked;
