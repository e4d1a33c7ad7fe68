/** The agents of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.agents;

import org.jspecify.annotations.NullMarked;
