/** Everything one instance says to another; one record a message. */
@NullMarked
package dev.krabkrab.gateway.cluster.message;

import org.jspecify.annotations.NullMarked;
