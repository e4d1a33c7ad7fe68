/** The gateway document: one JSON text in Redis that every instance follows while it runs. */
@NullMarked
package dev.krabkrab.gateway.platform.settings;

import org.jspecify.annotations.NullMarked;
