/** Files that clients fetch over HTTP, from any instance, for a short time. */
@NullMarked
package dev.krabkrab.gateway.agent.media;

import org.jspecify.annotations.NullMarked;
