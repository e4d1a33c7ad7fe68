/** Any system that speaks signed JSON over HTTP. */
@NullMarked
package dev.krabkrab.gateway.channels.webhook;

import org.jspecify.annotations.NullMarked;
