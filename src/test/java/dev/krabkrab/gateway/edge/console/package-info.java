@NullMarked
package dev.krabkrab.gateway.edge.console;

import org.jspecify.annotations.NullMarked;
