/** The models of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.agent.models;

import org.jspecify.annotations.NullMarked;
