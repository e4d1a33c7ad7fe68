/** From the first frame to hello-ok: one class for each step. */
@NullMarked
package dev.krabkrab.gateway.access.handshake;

import org.jspecify.annotations.NullMarked;
