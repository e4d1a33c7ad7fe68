@NullMarked
package dev.krabkrab.gateway.cli.bench;

import org.jspecify.annotations.NullMarked;
