/** What a client may send, method by method: the schema files and the texts about broken input. */
@NullMarked
package dev.krabkrab.gateway.platform.protocol.schema;

import org.jspecify.annotations.NullMarked;
