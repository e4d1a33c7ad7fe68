/** The models of the gateway document. */
@NullMarked
package dev.krabkrab.gateway.models;

import org.jspecify.annotations.NullMarked;
