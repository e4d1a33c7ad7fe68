/** What agents can do besides talking. */
@NullMarked
package dev.krabkrab.gateway.tools;

import org.jspecify.annotations.NullMarked;
