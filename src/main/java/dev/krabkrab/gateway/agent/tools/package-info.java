/** What agents can do besides talking. */
@NullMarked
package dev.krabkrab.gateway.agent.tools;

import org.jspecify.annotations.NullMarked;
