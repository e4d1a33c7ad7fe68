/** The {@code krabkrab} command line: one class a command, and the small client they share. */
@NullMarked
package dev.krabkrab.gateway.cli;

import org.jspecify.annotations.NullMarked;
