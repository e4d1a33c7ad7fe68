/** Tests of presence and health. */
@NullMarked
package dev.krabkrab.gateway.access.presence;

import org.jspecify.annotations.NullMarked;
