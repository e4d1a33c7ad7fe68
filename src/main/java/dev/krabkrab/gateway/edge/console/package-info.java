/** The operator console: its files, made ready once, and the paths they are served at. */
@NullMarked
package dev.krabkrab.gateway.edge.console;

import org.jspecify.annotations.NullMarked;
