/** The method registry, access policy, parameter check, idempotency and dispatch. */
@NullMarked
package dev.krabkrab.gateway.platform.rpc;

import org.jspecify.annotations.NullMarked;
