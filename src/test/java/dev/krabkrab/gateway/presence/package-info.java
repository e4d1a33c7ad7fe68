/** Tests of presence and health. */
@NullMarked
package dev.krabkrab.gateway.presence;

import org.jspecify.annotations.NullMarked;
