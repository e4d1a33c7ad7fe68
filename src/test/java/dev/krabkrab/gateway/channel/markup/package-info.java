@NullMarked
package dev.krabkrab.gateway.channel.markup;

import org.jspecify.annotations.NullMarked;
