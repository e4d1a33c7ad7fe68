/** What an instance says of itself in log lines and traces. */
@NullMarked
package dev.krabkrab.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
