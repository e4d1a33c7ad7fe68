/** Signed tokens of identity providers: their keys, what is checked, what is granted for them. */
@NullMarked
package dev.krabkrab.gateway.access.auth.jwt;

import org.jspecify.annotations.NullMarked;
