/** Chat of sessions: methods and events for clients. */
@NullMarked
package dev.krabkrab.gateway.agent.chat;

import org.jspecify.annotations.NullMarked;
