/** The settings of one instance: read once at start, checked, printable without secrets. */
@NullMarked
package dev.krabkrab.gateway.platform.config;

import org.jspecify.annotations.NullMarked;
