/** What is said in sessions, as clients hear of it. */
@NullMarked
package dev.krabkrab.gateway.agent.chat;

import org.jspecify.annotations.NullMarked;
