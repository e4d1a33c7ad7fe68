/** Sessions and their transcripts. */
@NullMarked
package dev.krabkrab.gateway.agent.sessions;

import org.jspecify.annotations.NullMarked;
