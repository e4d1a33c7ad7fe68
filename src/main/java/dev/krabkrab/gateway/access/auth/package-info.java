/** Who is calling: roles, scopes, shared secret, device identity, device token, client address. */
@NullMarked
package dev.krabkrab.gateway.access.auth;

import org.jspecify.annotations.NullMarked;
