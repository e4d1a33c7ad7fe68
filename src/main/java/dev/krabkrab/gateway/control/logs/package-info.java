/** The log lines of all instances, kept for a while and read through any of them. */
@NullMarked
package dev.krabkrab.gateway.control.logs;

import org.jspecify.annotations.NullMarked;
