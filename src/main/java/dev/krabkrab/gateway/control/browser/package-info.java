/** Browsers on nodes, asked through the gateway. */
@NullMarked
package dev.krabkrab.gateway.control.browser;

import org.jspecify.annotations.NullMarked;
