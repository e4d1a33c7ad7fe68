/** How peers over the network are asked: with bounds, and with waits between attempts. */
@NullMarked
package dev.krabkrab.gateway.platform.net;

import org.jspecify.annotations.NullMarked;
