/** Plain HTTP: health and readiness beside the WebSocket, probes and metrics on their own port. */
@NullMarked
package dev.krabkrab.gateway.edge.http;

import org.jspecify.annotations.NullMarked;
