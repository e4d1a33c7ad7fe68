/** Presence: the list of who is connected, over all instances. */
@NullMarked
package dev.krabkrab.gateway.access.presence;

import org.jspecify.annotations.NullMarked;
