/** Tests of log lines and traces. */
@NullMarked
package dev.krabkrab.gateway.platform.telemetry;

import org.jspecify.annotations.NullMarked;
