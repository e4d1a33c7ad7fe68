/** Everything one instance says to another; one record a message. */
@NullMarked
package dev.krabkrab.gateway.platform.cluster.message;

import org.jspecify.annotations.NullMarked;
