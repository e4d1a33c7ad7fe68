/** Sessions and their transcripts. */
@NullMarked
package dev.krabkrab.gateway.sessions;

import org.jspecify.annotations.NullMarked;
