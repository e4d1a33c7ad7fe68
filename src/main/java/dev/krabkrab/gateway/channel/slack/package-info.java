/** Slack: Socket Mode and the Web API. */
@NullMarked
package dev.krabkrab.gateway.channel.slack;

import org.jspecify.annotations.NullMarked;
