/** Tests over several gateway processes and a real Redis, seen from the wire. */
@NullMarked
package dev.krabkrab.gateway.e2e;

import org.jspecify.annotations.NullMarked;
