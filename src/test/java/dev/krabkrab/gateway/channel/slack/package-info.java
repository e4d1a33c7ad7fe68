/** Slack's Web API and Socket Mode, as it is spoken here. */
@org.jspecify.annotations.NullMarked
package dev.krabkrab.gateway.channel.slack;
