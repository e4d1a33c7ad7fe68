/** Who is connected, and how the gateway is: presence, health, status. */
@NullMarked
package dev.krabkrab.gateway.access.presence;

import org.jspecify.annotations.NullMarked;
