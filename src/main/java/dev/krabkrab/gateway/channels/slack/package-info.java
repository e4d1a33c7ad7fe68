/** Slack: Socket Mode and the Web API. */
@NullMarked
package dev.krabkrab.gateway.channels.slack;

import org.jspecify.annotations.NullMarked;
