/** Any system that speaks signed JSON over HTTP. */
@NullMarked
package dev.krabkrab.gateway.channel.webhook;

import org.jspecify.annotations.NullMarked;
